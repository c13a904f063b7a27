// Tells the server how far somebody is who listens: when they begin, every 15 seconds, and when they pause, jump, come to
// the end or leave the page. What counts as a play is the server's to say.

import { call, callOnce } from "./api.js";

const EVERY_MS = 15_000;
// Seconds that can pass between two looks at a sound that just plays on; a tab in the background is looked at seldom.
const LONGEST_STEP = 5;

/** Tell of what is heard from `audio`. `playsPath()` is where plays of its track begin, null for nothing. */
export function tellListening(audio, playsPath) {
  let session = null;
  let settled = false; // between two sounds positions mean nothing

  const begin = () => {
    const path = playsPath();
    if (path && session?.path !== path) session = new Session(path, audio.currentTime);
    if (session) session.position = audio.currentTime;
    settled = true;
  };
  const goOn = () => {
    if (!session || !settled || audio.seeking) return;
    session.hear(audio.currentTime, LONGEST_STEP * audio.playbackRate);
  };
  const jump = () => {
    if (!session || !settled) return;
    session.tell();
    session.position = audio.currentTime;
    session.tell();
  };

  audio.addEventListener("playing", begin);
  audio.addEventListener("timeupdate", goOn);
  audio.addEventListener("seeking", jump);
  audio.addEventListener("pause", () => session?.tell());
  audio.addEventListener("emptied", () => {
    settled = false;
  });
  audio.addEventListener("ended", () => {
    session?.tell({ ended: true });
    session = null;
  });
  addEventListener("pagehide", () => session?.leave());
  document.addEventListener("visibilitychange", () => document.hidden && session?.leave());
}

/** One listening of one track. Times in seconds, as the audio element has them. */
class Session {
  constructor(path, position) {
    this.path = path;
    this.position = position;
    this.heard = 0;
    this.id = null;
    this.told = "";
    this.toldAt = Date.now();
    this.sending = this.start();
  }

  async start() {
    const { ok, body } = await call("POST", this.path, {
      position_ms: Math.round(this.position * 1000),
      referrer: document.referrer,
    });
    if (ok) this.id = body.play_id;
  }

  /** The sound has come to `position`; no further than `longest` by playing. */
  hear(position, longest) {
    const step = position - this.position;
    if (step > 0 && step < longest) this.heard += step;
    this.position = position;
    if (Date.now() - this.toldAt >= EVERY_MS) this.tell();
  }

  /** What there is to tell, or null where it was told already. */
  news(more = {}) {
    const beat = { position_ms: Math.round(this.position * 1000), listened_ms: Math.round(this.heard * 1000), ...more };
    const words = JSON.stringify(beat);
    if (words === this.told) return null;
    this.told = words;
    this.toldAt = Date.now();
    return beat;
  }

  /** Tell it, after what is being told. */
  tell(more) {
    const beat = this.news(more);
    if (beat) this.sending = this.sending.then(() => this.id && call("PATCH", this.address, beat));
  }

  /** Tell it at once, in a way that outlives the page. */
  leave() {
    const beat = this.id && this.news();
    if (beat) callOnce("PATCH", this.address, beat, { keepalive: true });
  }

  get address() {
    return `/api/v1/plays/${this.id}/`;
  }
}

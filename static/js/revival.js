// A stream ends after some hours, or at once when its track is withdrawn. Then a new one is asked for, or it is said why
// there is none.

import { play, streamOf } from "./sound.js";

// Milliseconds of silence after which we look whether the stream is still there: Chromium waits for ever for a piece
// of an HLS stream that is refused, and fires no error.
const PATIENCE = 3000;

/** Watch over `audio`. `streamsPath()` is where its track's addresses are; `say(words)` shows a message. */
export function keepAlive(audio, { streamsPath, say }) {
  let tried = false;
  let timer = 0;

  const again = async () => {
    if (tried) return say("The sound could not be loaded.");
    tried = true;
    const { currentTime } = audio;
    const stream = await streamOf(audio, streamsPath());
    if (stream.problem) {
      audio.pause();
      return say(stream.problem);
    }
    audio.src = stream.url;
    audio.currentTime = currentTime;
    return play(audio);
  };

  const look = async () => {
    const { currentSrc, paused } = audio;
    if (paused || !currentSrc) return;
    const there = await isThere(currentSrc);
    if (audio.currentSrc !== currentSrc || !timer) return;
    if (there) timer = setTimeout(look, PATIENCE);
    else await again();
  };

  audio.addEventListener("waiting", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PATIENCE);
  });
  for (const name of ["playing", "pause", "emptied"]) {
    audio.addEventListener(name, () => {
      clearTimeout(timer);
      timer = 0;
    });
  }
  audio.addEventListener("playing", () => {
    tried = false;
    say("");
  });
  audio.addEventListener("error", again);
  audio.querySelector("source:last-of-type")?.addEventListener("error", again);
}

/** Whether the stream is still served; a network that is down says nothing about that. */
async function isThere(url) {
  try {
    return (await fetch(url, { method: "HEAD" })).ok;
  } catch {
    return true;
  }
}

// What becomes of an uploaded file: heard live where there is a socket, and read again until it is ready or refused.

import { call } from "./api.js";
import { listen } from "./live.js";

const FIRST_WAIT = 600;
const LONGEST_WAIT = 4000;

/** Show the timeline of a track inside `place` until it ends; resolves to its last state. */
export async function watch(place, trackId) {
  let wake;
  const stop = listen((frame) => {
    if (frame.type !== "track_processing" || frame.track_id !== Number(trackId)) return;
    if (frame.stage) showStage(place, { name: frame.stage, state: "running", progress: frame.progress });
    else wake?.();
  });
  try {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 1.2)) {
      const { ok, status, body } = await call("GET", `/api/v1/tracks/${trackId}/processing/`);
      if (ok) {
        showStages(place, body);
        if (!["queued", "processing"].includes(body.state)) return body;
      } else if (status >= 400 && status < 500) {
        return { state: "failed", error_message: body.title };
      }
      await new Promise((resume) => {
        wake = resume;
        setTimeout(resume, wait);
      });
    }
  } finally {
    stop();
  }
}

function showStages(place, timeline) {
  for (const stage of timeline.stages) showStage(place, stage);
  const words = place.querySelector("[data-stages-words]");
  const said = wordsFor(timeline);
  if (words.textContent !== said) words.textContent = said;
}

function showStage(place, { name, state, progress }) {
  const line = place.querySelector(`[data-stage="${name}"]`);
  if (!line) return;
  line.dataset.state = state;
  const bar = line.querySelector("progress");
  bar.hidden = state !== "running";
  bar.value = progress;
}

function wordsFor({ state, queue_position: position, eta_ms: left }) {
  if (state === "queued") return position > 1 ? `${position - 1} before yours.` : "Waiting for a free worker.";
  if (state !== "processing") return "";
  if (left === null) return "Working.";
  if (left > 90_000) return `About ${Math.round(left / 60_000)} minutes left.`;
  return `About ${Math.ceil(left / 5000) * 5} seconds left.`;
}

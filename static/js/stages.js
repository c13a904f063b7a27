// What becomes of an uploaded file, read again and again until it is ready or refused.

import { call } from "./api.js";

const FIRST_WAIT = 600;
const LONGEST_WAIT = 4000;

/** Show the timeline of a track inside `place` until it ends; resolves to its last state. */
export async function watch(place, trackId) {
  for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 1.2)) {
    const { ok, status, body } = await call("GET", `/api/v1/tracks/${trackId}/processing/`);
    if (ok) {
      showStages(place, body);
      if (!["queued", "processing"].includes(body.state)) return body;
    } else if (status >= 400 && status < 500) {
      return { state: "failed", error_message: body.title };
    }
    await new Promise((resume) => setTimeout(resume, wait));
  }
}

function showStages(place, timeline) {
  for (const stage of timeline.stages) {
    const line = place.querySelector(`[data-stage="${stage.name}"]`);
    if (!line) continue;
    line.dataset.state = stage.state;
    const bar = line.querySelector("progress");
    bar.hidden = stage.state !== "running";
    bar.value = stage.progress;
  }
  const words = place.querySelector("[data-stages-words]");
  const said = wordsFor(timeline);
  if (words.textContent !== said) words.textContent = said;
}

function wordsFor({ state, queue_position: position, eta_ms: left }) {
  if (state === "queued") return position > 1 ? `${position - 1} before yours.` : "Waiting for a free worker.";
  if (state !== "processing") return "";
  if (left === null) return "Working.";
  if (left > 90_000) return `About ${Math.round(left / 60_000)} minutes left.`;
  return `About ${Math.ceil(left / 5000) * 5} seconds left.`;
}

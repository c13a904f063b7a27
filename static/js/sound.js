// What both players share: which address a browser can play, and the look of a play button.

import { call, onThisHost } from "./api.js";

const HLS = "application/vnd.apple.mpegurl";

/** Fresh addresses of a track as {url} or, where it cannot be heard, {problem} in words. */
export async function streamOf(audio, streamsPath) {
  const { ok, status, body } = await call("GET", streamsPath);
  if (status === 404) return { problem: "This track is not here any more." };
  if (!ok) return { problem: body.title };
  const url = body.hls_url && audio.canPlayType(HLS) ? body.hls_url : (body.mp3_url ?? body.aac_url);
  return url ? { url: onThisHost(url) } : { problem: "This track cannot be played here." };
}

/** Let a button show and say what pressing it does. */
export function showPlaying(button, playing, what = "") {
  button.toggleAttribute("data-playing", playing);
  button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${what}`.trim());
}

/** Start, and swallow the refusal of a start that was overtaken by another one. */
export async function play(audio) {
  try {
    await audio.play();
  } catch (error) {
    if (error.name !== "AbortError" && error.name !== "NotSupportedError") throw error;
  }
}

// The player at the bottom of lists: plays one card after the other.

import { clock, spoken } from "./clock.js";
import { tellListening } from "./listening.js";
import { keepAlive } from "./revival.js";
import { play, showPlaying, streamOf } from "./sound.js";

const bar = document.querySelector("[data-bar]");
const part = (name) => bar.querySelector(`[data-bar-${name}]`);
const audio = part("audio");
const seek = part("seek");
const buttons = [...document.querySelectorAll("[data-play]")];
let current = null;

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => (button === current ? toggle() : choose(button)));
}
part("toggle").addEventListener("click", toggle);
part("next").addEventListener("click", next);
seek.addEventListener("change", () => {
  audio.currentTime = Number(seek.value);
});
seek.addEventListener("input", () => showTime(Number(seek.value)));
for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, showState);
audio.addEventListener("ended", next);
audio.addEventListener("timeupdate", () => seek.matches(":active") || showTime(audio.currentTime));
audio.addEventListener("durationchange", () => {
  if (!Number.isFinite(audio.duration)) return;
  seek.max = String(Math.floor(audio.duration));
  part("length").textContent = clock(audio.duration);
});
keepAlive(audio, { streamsPath: () => streamsPath(current), say });
tellListening(audio, () => current && pathOf(current, "plays"));

async function choose(button) {
  audio.pause();
  for (const card of document.querySelectorAll("[data-current]")) card.removeAttribute("data-current");
  if (current) showPlaying(current, false, current.dataset.title);
  current = button;
  button.closest(".card").setAttribute("data-current", "");
  bar.hidden = false;
  part("title").textContent = button.dataset.title;
  part("title").href = button.dataset.page;
  part("by").textContent = button.dataset.by;
  say("");
  showTime(0);
  part("toggle").setAttribute("aria-busy", "true");
  const stream = await streamOf(audio, streamsPath(button));
  part("toggle").removeAttribute("aria-busy");
  if (button !== current) return;
  if (stream.problem) return say(stream.problem);
  audio.src = stream.url;
  await play(audio);
}

function streamsPath(button) {
  return pathOf(button, "streams");
}

/** The address of something of the track that a button plays, with the keys that open it. */
function pathOf(button, what) {
  const { play: track, keys = "" } = button.dataset;
  return `/api/v1/tracks/${track}/${what}/${keys}`;
}

function toggle() {
  if (audio.paused) play(audio);
  else audio.pause();
}

function next() {
  const following = buttons[buttons.indexOf(current) + 1];
  if (following) choose(following);
}

function showState() {
  const playing = !audio.paused && !audio.ended;
  showPlaying(part("toggle"), playing);
  if (current) showPlaying(current, playing, current.dataset.title);
  part("next").disabled = buttons.at(-1) === current;
}

function showTime(seconds) {
  seek.value = String(Math.floor(seconds));
  seek.setAttribute("aria-valuetext", spoken(seconds));
  part("now").textContent = clock(seconds);
}

function say(words) {
  part("message").textContent = words;
}

// The player on a track's page, in the place of the browser's own controls.

import { callOnce } from "./api.js";
import { clock } from "./clock.js";
import { tellListening } from "./listening.js";
import { keepAlive } from "./revival.js";
import { describeSlider, makeSlider } from "./slider.js";
import { play, showPlaying } from "./sound.js";
import { Waveform, peaksOf } from "./waveform.js";

const root = document.querySelector("[data-player]");
if (root) start(root);

function start(player) {
  const part = (name) => player.querySelector(`[data-${name}]`);
  const audio = part("audio");
  const waveform = new Waveform(part("waveform"));
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : player.dataset.durationMs / 1000);

  const show = (position) => {
    waveform.played = length() ? position / length() : 0;
    part("now").textContent = clock(position);
    describeSlider(part("seek"), { position, length: length() });
  };
  const seek = (seconds) => {
    audio.currentTime = seconds;
    show(seconds);
  };
  const say = (words) => {
    part("message").textContent = words;
  };
  const slider = makeSlider(part("seek"), { length, position: () => audio.currentTime, seek, preview: show });

  part("toggle").addEventListener("click", () => (audio.paused ? play(audio) : audio.pause()));
  for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) {
    audio.addEventListener(name, () => slider.isDragging() || show(audio.currentTime));
  }
  for (const name of ["play", "pause", "ended"]) {
    audio.addEventListener(name, () => showPlaying(part("toggle"), !audio.paused && !audio.ended));
  }
  keepAlive(audio, { streamsPath: () => player.dataset.streamsUrl, say });
  tellListening(audio, () => player.dataset.playsUrl);

  audio.controls = false;
  part("controls").hidden = false;
  part("times").hidden = false;
  show(0);
  drawPeaks(waveform, player.dataset.waveformUrl);
}

async function drawPeaks(waveform, path) {
  const { ok, body } = await callOnce("GET", path);
  if (ok) waveform.peaks = peaksOf(body);
}

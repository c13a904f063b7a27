// An element with role=slider over a length in seconds: press, drag, and the keys that sliders have.

import { spoken } from "./clock.js";

const STEP = 5;
const LEAP = 0.1;

/** Call `seek(seconds)` when somebody moves the slider, and `preview(seconds)` while they drag. */
export function makeSlider(element, { length, position, seek, preview }) {
  let dragging = false;
  const under = (event) => {
    const { left, width } = element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width)) * length();
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    element.setPointerCapture(event.pointerId);
    preview(under(event));
  });
  element.addEventListener("pointermove", (event) => dragging && preview(under(event)));
  element.addEventListener("pointerup", (event) => {
    if (dragging) seek(under(event));
    dragging = false;
  });
  element.addEventListener("pointercancel", () => {
    dragging = false;
  });
  element.addEventListener("keydown", (event) => {
    const target = keyTarget(event, { length: length(), position: position() });
    if (target === null) return;
    event.preventDefault();
    seek(Math.min(length(), Math.max(0, target)));
  });
  return { isDragging: () => dragging };
}

function keyTarget({ key, altKey, ctrlKey, metaKey }, { length, position }) {
  if (altKey || ctrlKey || metaKey) return null;
  const moves = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP };
  moves.PageUp = length * LEAP;
  moves.PageDown = -length * LEAP;
  if (key in moves) return position + moves[key];
  if (key === "Home") return 0;
  return key === "End" ? length : null;
}

/** Say where the slider stands. */
export function describeSlider(element, { position, length }) {
  element.setAttribute("aria-valuemax", String(Math.round(length)));
  element.setAttribute("aria-valuenow", String(Math.round(position)));
  element.setAttribute("aria-valuetext", `${spoken(position)} of ${spoken(length)}`);
}

// Buttons that are on or off on the server: likes, reposts. What they show changes at once, and back when the server says no.

import { call } from "./api.js";

const words = document.querySelector("[data-switch-words]");

for (const button of document.querySelectorAll("button[data-switch]")) {
  button.disabled = false;
  button.addEventListener("click", () => toggle(button));
}

async function toggle(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-busy", "true");
  say("");
  show(button, on);
  const { ok, status, body } = await call(on ? "PUT" : "DELETE", button.dataset.switch);
  button.removeAttribute("aria-busy");
  // What went out of sight can be taken back; that it is gone already is what was wished.
  if (ok || (!on && status === 404)) return;
  show(button, !on);
  say(body?.title ?? "That did not work; try again.");
}

function show(button, on) {
  const count = button.querySelector("[data-count]");
  count.textContent = String(Math.max(0, Number(count.textContent) + (on ? 1 : -1)));
  button.setAttribute("aria-pressed", String(on));
  button.setAttribute("aria-label", on ? button.dataset.on : button.dataset.off);
}

function say(text) {
  if (words) words.textContent = text;
}

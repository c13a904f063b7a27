// The secret link of one's own private track: make it, make another, copy it, close it.

import { call } from "./api.js";

const root = document.querySelector("[data-secret]");
const part = (name) => root.querySelector(`[data-secret-${name}]`);
if (root) {
  show();
  part("make").addEventListener("click", () => change("POST", "Whoever has this link can listen. An older one opens nothing."));
  part("drop").addEventListener("click", () => change("DELETE", "The link is closed."));
  part("copy").addEventListener("click", copy);
}

async function change(method, words) {
  const { ok, body } = await call(method, `/api/v1/tracks/${root.dataset.secret}/secret-token/`);
  if (!ok) return say(body.title);
  const link = new URL(location.pathname, location.href);
  if (body) link.searchParams.set("secret_token", body.secret_token);
  part("link").textContent = body ? link.href : "";
  say(words);
  return show();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(part("link").textContent);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(part("link"));
    say("Your browser does not let pages copy; the link is selected.");
  }
}

function show() {
  const open = part("link").textContent !== "";
  part("link").hidden = !open;
  part("copy").hidden = !open;
  part("drop").hidden = !open;
  part("make").hidden = false;
  part("make").textContent = open ? "Make a new link" : "Make a secret link";
}

function say(words) {
  part("words").textContent = words;
}

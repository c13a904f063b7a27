// The token of an invitation stands behind the #, which browsers send to no server. Until somebody has signed in it waits
// in this tab.

import { call } from "./api.js";

const KEPT = "earshot.invitation";
const page = document.querySelector("[data-invitation]");
const words = page.querySelector("[data-answer-words]");
const token = new URLSearchParams(location.hash.slice(1)).get("key") ?? sessionStorage.getItem(KEPT) ?? "";
// Out of the address, which stays in the history and may be shared.
history.replaceState(null, "", location.pathname);
if (token) sessionStorage.setItem(KEPT, token);
else say("This page needs the whole link of the mail.");

for (const button of page.querySelectorAll("[data-answer]")) {
  button.disabled = !token;
  button.addEventListener("click", () => answer(button));
}

/** Accept or decline, once. */
async function answer(button) {
  button.disabled = true;
  const path = `/api/v1/invitations/${encodeURIComponent(token)}/${button.dataset.answer}/`;
  const { ok, status, body } = await call("POST", path);
  if (ok || status === 404) sessionStorage.removeItem(KEPT);
  if (ok) return location.assign(body ? `/spaces/${body.id}/` : "/spaces/");
  button.disabled = status === 404;
  say(body.title);
}

function say(sentence) {
  words.textContent = sentence;
  words.hidden = false;
}

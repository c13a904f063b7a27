// On every page: log out, and come back as oneself when the short token has run out since the last page.

import { call, renewed } from "./api.js";
import { forget, isOver, wasRenewedSince } from "./session.js";

const signedIn = document.querySelector("[data-signed-in]") !== null;

if (isOver()) await renewed(Date.now());
// Renewed, here or in another tab, after this page was asked for: the server took us for a stranger, and what it hid
// shows on a second look. The second look is asked for after the renewal, so there is no third.
if (!signedIn && wasRenewedSince(performance.timeOrigin)) location.reload();

document.querySelector("[data-log-out]")?.addEventListener("click", async (event) => {
  event.currentTarget.disabled = true;
  const answer = await call("POST", "/api/v1/auth/logout/");
  if (answer.ok || answer.status === 401) {
    forget();
    location.assign("/");
  } else {
    event.target.disabled = false;
    event.target.textContent = "Log out (try again)";
  }
});

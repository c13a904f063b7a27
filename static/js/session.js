// Staying signed in. The tokens live in cookies that no script can read; what is kept here is when the short one ends,
// and the value that proves to the server that a request comes from its own pages.

const CSRF_COOKIE = "earshot_csrf";
const CSRF_KEY = "earshot.csrf";
const ENDS_KEY = "earshot.access-ends";
const RENEWED_KEY = "earshot.renewed";
const REFRESH_PATH = "/api/v1/auth/token/refresh/";
// Milliseconds before its end at which the short token counts as over.
const MARGIN = 10_000;

/** Keep what an answer to a sign-in or a renewal says. */
export function remember(answer) {
  const now = Date.now();
  sessionStorage.setItem(CSRF_KEY, answer.csrf_token);
  localStorage.setItem(ENDS_KEY, String(now + lifetimeOf(answer.access)));
  localStorage.setItem(RENEWED_KEY, String(now));
}

/** Nobody is signed in any more. */
export function forget() {
  sessionStorage.removeItem(CSRF_KEY);
  localStorage.removeItem(ENDS_KEY);
  localStorage.removeItem(RENEWED_KEY);
}

/** Whether somebody has signed in in this browser and not out again. */
export function isRemembered() {
  return localStorage.getItem(ENDS_KEY) !== null;
}

/** Whether the short token is over, so that the server takes us for a stranger until it is renewed. */
export function isOver() {
  return isRemembered() && Date.now() > Number(localStorage.getItem(ENDS_KEY)) - MARGIN;
}

/** Whether the pair of tokens was exchanged after `time`, in this tab or in another. */
export function wasRenewedSince(time) {
  return Number(localStorage.getItem(RENEWED_KEY)) > time;
}

/** The value for X-CSRFToken: the cookie is shared by all tabs, what this tab has kept stands in where it is hidden. */
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith(`${CSRF_COOKIE}=`));
  return cookie ? cookie.slice(CSRF_COOKIE.length + 1) : (sessionStorage.getItem(CSRF_KEY) ?? "");
}

let running = null;

/**
 * Exchange the refresh token, once however many ask: a spent one that is sent again ends the session.
 * `since`: when the request was sent that met the old token; another tab may have renewed it meanwhile.
 * Resolves to whether somebody is signed in.
 */
export function renew(since) {
  running ??= exclusively(() => renewOnce(since)).finally(() => {
    running = null;
  });
  return running;
}

/** Across tabs by a lock of the browser's; browsers have none on plain http, where one tab keeps order in itself. */
function exclusively(work) {
  return navigator.locks ? navigator.locks.request("earshot-renewal", work) : work();
}

async function renewOnce(since) {
  if (wasRenewedSince(since)) return true;
  if (!isRemembered()) return false;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  // keepalive: a new pair that is lost because the page was left would leave us with the spent one.
  const response = await fetch(REFRESH_PATH, { method: "POST", headers, body: "{}", keepalive: true });
  if (response.ok) remember(await response.json());
  else if (response.status < 500) forget();
  return response.ok;
}

/** Milliseconds between the two times in a token; the clocks of server and browser may differ. */
function lifetimeOf(token) {
  const { iat, exp } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  return (exp - iat) * 1000;
}

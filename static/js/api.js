// Calls of the API as JSON, or with a form that brings a file. An answer is {ok, status, body}; `body` is the problem when it is not ok.

import { csrfToken, isRemembered, renew } from "./session.js";

const UNREACHABLE = { title: "The server does not answer. Look at your connection and try again." };
const UNREADABLE = { title: "Something broke on the server; try again later." };

/** Call once, without a second try. `keepalive`: also while the page is being left. */
export async function callOnce(method, path, content, { keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const isForm = content instanceof FormData; // the browser names its type, with the boundary
  if (content !== undefined && !isForm) headers["Content-Type"] = "application/json";
  try {
    const sent = isForm ? content : content && JSON.stringify(content);
    const response = await fetch(path, { method, headers, body: sent, keepalive });
    return answer(response.status, await response.text());
  } catch {
    return { ok: false, status: 0, body: UNREACHABLE };
  }
}

/** Call; where the sign-in has run out, renew it and call once more. */
export async function call(method, path, content) {
  const sentAt = Date.now();
  const first = await callOnce(method, path, content);
  if (first.status !== 401 || !isRemembered()) return first;
  return (await renewed(sentAt)) ? callOnce(method, path, content) : first;
}

/** Like `renew`, but a server out of reach is a no. */
export async function renewed(since) {
  try {
    return await renew(since);
  } catch {
    return false;
  }
}

/** The parts of an answer, however it was sent. */
export function answer(status, text) {
  const ok = status >= 200 && status < 300;
  try {
    return { ok, status, body: text ? JSON.parse(text) : null };
  } catch {
    return { ok: false, status, body: UNREADABLE };
  }
}

/** An address of ours without its host, so that it works under whatever name the page was opened. */
export function onThisHost(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

// Sending a file. XMLHttpRequest, because fetch does not say how much of a body has gone.

import { answer, renewed } from "./api.js";
import { csrfToken, isRemembered } from "./session.js";

const PATH = "/api/v1/tracks/";
const BROKEN = { title: "The connection broke. Try again." };

/** Somebody pressed the button that stops the transfer. */
export class Cancelled extends Error {}

/**
 * Send a form; resolves to an answer, rejects with Cancelled. `progress(share)` from 0 to 1.
 * The sign-in is made fresh first: it is looked at again when the last byte has come.
 */
export async function send(form, { progress, cancel }) {
  const warn = (event) => event.preventDefault();
  addEventListener("beforeunload", warn);
  try {
    if (isRemembered()) await renewed(Date.now());
    return await sendOnce(form, { progress, cancel });
  } finally {
    removeEventListener("beforeunload", warn);
  }
}

function sendOnce(form, { progress, cancel }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    cancel.addEventListener("click", stop);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => resolve(answer(request.status, request.responseText)));
    request.addEventListener("error", () => resolve({ ok: false, status: 0, body: BROKEN }));
    request.addEventListener("abort", () => reject(new Cancelled()));
    request.addEventListener("loadend", () => cancel.removeEventListener("click", stop));
    request.open("POST", PATH);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.send(form);
  });
}

// Sending a file by tus: what has arrived stays when the connection breaks, and a page that was loaded anew goes on.

import { answer, call, renewed } from "./api.js";
import { csrfToken, isOver } from "./session.js";

const { Upload } = globalThis.tus;
const UPLOADS = "/api/v1/uploads/";
const TRACKS = "/api/v1/tracks/";
const BROKEN = { title: "The connection broke. Try again: what has arrived so far is kept for a day." };
const PAUSES = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
// The addresses of files that are there whole: a form that was refused does not send its file again.
const arrived = new WeakMap();

/** Somebody pressed the button that stops the transfer. */
export class Cancelled extends Error {}

/**
 * Send a file and make a track of it; resolves to an answer, rejects with Cancelled.
 * `details`: what is said of the track. `progress(share)` from 0 to 1.
 */
export async function send(file, details, { progress, cancel }) {
  const warn = (event) => event.preventDefault();
  addEventListener("beforeunload", warn);
  try {
    const sent = arrived.has(file) ? { ok: true } : await sendFile(file, { progress, cancel });
    if (!sent.ok) return sent;
    const { ok, status, body } = await call("POST", TRACKS, { upload_id: idOf(arrived.get(file)), ...details });
    if (ok || [404, 409, 410].includes(status)) arrived.delete(file);
    return { ok, status, body };
  } finally {
    removeEventListener("beforeunload", warn);
  }
}

function sendFile(file, { progress, cancel }) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: UPLOADS,
      retryDelays: PAUSES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      onBeforeRequest: proveOrigin,
      onProgress: (sent, total) => progress(sent / total),
      onSuccess: () => {
        arrived.set(file, upload.url);
        end(() => resolve({ ok: true }));
      },
      onError: (error) => end(() => resolve(answerIn(error))),
    });
    const stop = () => {
      upload.abort(true).catch(() => {});
      end(() => reject(new Cancelled()));
    };
    const end = (settle) => {
      cancel.removeEventListener("click", stop);
      settle();
    };
    cancel.addEventListener("click", stop);
    begin(upload);
  });
}

/** Go on where an earlier visit has stopped, or begin. */
async function begin(upload) {
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

/** The sign-in is made fresh before each request: a long transfer outlasts it. */
async function proveOrigin(request) {
  if (isOver()) await renewed(Date.now());
  request.setHeader("X-CSRFToken", csrfToken());
}

function answerIn({ originalResponse }) {
  if (!originalResponse?.getStatus()) return { ok: false, status: 0, body: BROKEN };
  return answer(originalResponse.getStatus(), originalResponse.getBody());
}

function idOf(url) {
  return Number(new URL(url, location.href).pathname.split("/").at(-2));
}

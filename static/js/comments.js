// What people say to a track: a list, dots along the waveform, a form; and what others say, as they say it.

import { call, onThisHost, renewed } from "./api.js";
import { item } from "./comment_item.js";
import { startForm } from "./comment_form.js";
import { startMarkers } from "./comment_markers.js";
import { listen } from "./live.js";
import { isRemembered } from "./session.js";

const PLAYING_EVERY = 10_000;

const root = document.querySelector("[data-comments]");
if (root) start(root);

function start(section) {
  const part = (name) => section.querySelector(`[data-${name}]`);
  const trackId = section.dataset.comments;
  const audio = document.querySelector("[data-audio]");
  const keys = section.dataset.keys;
  const path = (rest, words = {}) => {
    const query = new URLSearchParams([...Object.entries(words), ...new URLSearchParams(keys)]).toString();
    return `/api/v1/${rest}${query ? `?${query}` : ""}`;
  };
  const threads = new Map();
  const markers = startMarkers({ audio });
  const form = startForm(part("comment-form"), { audio, send });
  let next = null;
  let say = () => {};

  const show = {
    viewer: Number(section.dataset.viewer) || null,
    mayEdit: "mayEdit" in section.dataset,
    maySpeak: "maySpeak" in section.dataset,
    seek: (milliseconds) => {
      if (audio) audio.currentTime = milliseconds / 1000;
    },
    answer: (card) => form?.answer(card),
    change: (method, rest, content) => call(method, path(rest), content),
    replies: (card) => call("GET", path(`comments/${card.id}/replies/`, { limit: "100" })),
  };

  part("comments-more").addEventListener("click", () => next && load(next));
  load(path(`tracks/${trackId}/comments/`), { anew: true });
  const socket = path(`tracks/${trackId}/`).replace("/api/v1/", "/ws/v1/");
  listen(hear, { path: socket, opened: (send) => (say = send), gone: comeBack });
  if (audio && show.viewer) {
    setInterval(() => {
      if (!audio.paused) say({ type: "playing", position_ms: Math.round(audio.currentTime * 1000) });
    }, PLAYING_EVERY);
  }

  async function load(address, { anew = false } = {}) {
    const { ok, body } = await call("GET", address);
    if (!ok) return;
    if (anew) {
      threads.clear();
      await loadMoments();
      const pinned = await call("GET", path(`tracks/${trackId}/comments/`, { pinned: "true" }));
      for (const card of pinned.ok ? pinned.body.results : []) threads.set(card.id, item(card, show));
    }
    for (const card of body.results) if (!threads.has(card.id)) threads.set(card.id, item(card, show));
    next = body.next && onThisHost(body.next);
    part("comments-more").hidden = !next;
    arrange();
  }

  async function loadMoments() {
    const words = { ordering: "timestamp", from_ms: "0", limit: "100" };
    const { ok, body } = await call("GET", path(`tracks/${trackId}/comments/`, words));
    if (ok) markers.set(body.results);
  }

  function arrange() {
    const order = [...threads.values()].sort(
      (one, other) =>
        other.card.pinned - one.card.pinned ||
        other.card.created_at.localeCompare(one.card.created_at) ||
        other.card.id - one.card.id,
    );
    part("comment-list").replaceChildren(...order.map((thread) => thread.element));
  }

  function hear(frame) {
    if (frame.type === "comment_created" || frame.type === "comment_updated") put(frame.comment);
    else if (frame.type === "comment_deleted") remove(frame);
    else if (frame.type === "listeners") showListeners(frame);
    else if (frame.type === "resync") load(path(`tracks/${trackId}/comments/`), { anew: true });
  }

  function put(card) {
    if (card.parent_id) return threads.get(card.parent_id)?.put(card);
    if (threads.has(card.id)) threads.get(card.id).show(card);
    else threads.set(card.id, item(card, show));
    markers.put(card);
    return arrange();
  }

  function remove(frame) {
    markers.remove(frame.comment_id);
    if (frame.parent_id) return threads.get(frame.parent_id)?.remove(frame.comment_id);
    if (frame.comment) threads.get(frame.comment_id)?.show(frame.comment);
    else threads.delete(frame.comment_id);
    return arrange();
  }

  function showListeners({ listeners }) {
    part("listeners").textContent = listeners === 1 ? "You are here alone." : `${listeners} are here now.`;
  }

  async function send(words) {
    const { ok, body } = await call("POST", path(`tracks/${trackId}/comments/`), words);
    if (!ok) return body;
    put(body);
    return null;
  }

  // The short token may have run out while the page was away; whoever is shut out stays so.
  async function comeBack() {
    const again = isRemembered() && !section.hasAttribute("data-came-back") && (await renewed(Date.now()));
    section.setAttribute("data-came-back", "");
    if (!again) part("listeners").textContent = "This track is not open to you any more.";
    return again;
  }
}

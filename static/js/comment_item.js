// One comment in the list, with what hangs on it. Words are text and nothing else.

import { clock } from "./clock.js";

/** {card, element, show(card), put(reply), remove(id)}; `page`: who looks, and what the page does. */
export function item(card, page) {
  const element = made("li", "comment");
  const replies = new Map();
  const list = made("ul", "comment-replies");
  const self = { card, element, show, put, remove };
  show(card);
  return self;

  function show(now) {
    self.card = now;
    element.dataset.comment = now.id;
    element.replaceChildren(...(now.deleted ? [made("p", "muted", "This comment is gone.")] : words(now)), acts(now), list);
    list.hidden = replies.size === 0;
  }

  function words(now) {
    const by = made("p", "comment-by");
    const name = made("a", "", now.user.display_name);
    name.href = `/${now.user.username}/`;
    by.append(name);
    if (now.timestamp_ms !== null) by.append(momentOf(now));
    if (now.pinned) by.append(made("span", "badge", "Pinned"));
    const when = made("time", "muted", new Date(now.created_at).toLocaleDateString());
    when.dateTime = now.created_at;
    by.append(when);
    if (now.edited_at) by.append(made("span", "muted", "edited"));
    return [by, made("p", "comment-body", now.body)];
  }

  function momentOf({ timestamp_ms: moment, beyond_end: beyond }) {
    const button = made("button", "comment-moment", clock(moment / 1000));
    button.type = "button";
    if (beyond) button.title = "Said to a moment behind the end of the present sound.";
    button.addEventListener("click", () => page.seek(moment));
    return button;
  }

  function acts(now) {
    const row = made("p", "comment-acts");
    const add = (text, act) => {
      const button = made("button", "", text);
      button.type = "button";
      button.addEventListener("click", act);
      row.append(button);
    };
    if (now.replies_count > replies.size) add(`Show ${now.replies_count} ${now.replies_count === 1 ? "reply" : "replies"}`, loadReplies);
    if (now.deleted) return row;
    if (page.maySpeak) add("Reply", () => page.answer(now));
    if (page.mayEdit && !now.parent_id) add(now.pinned ? "Unpin" : "Pin", () => change(now.pinned ? "DELETE" : "PUT", "pin/"));
    if (page.mayEdit || now.user.id === page.viewer) add("Delete", () => change("DELETE", ""));
    return row;
  }

  async function change(method, rest) {
    const { ok, body } = await page.change(method, `comments/${self.card.id}/${rest}`);
    if (!ok) element.append(made("p", "field-error", body.title));
  }

  async function loadReplies() {
    const { ok, body } = await page.replies(self.card);
    if (!ok) return;
    for (const reply of body.results) keep(reply);
    show(self.card);
  }

  function keep(reply) {
    if (replies.has(reply.id)) return replies.get(reply.id).show(reply);
    replies.set(reply.id, item(reply, page));
    return list.replaceChildren(...[...replies.values()].map((each) => each.element));
  }

  function put(reply) {
    const isNew = !replies.has(reply.id);
    const wasOpen = replies.size >= self.card.replies_count;
    if (wasOpen || !isNew) keep(reply);
    show({ ...self.card, replies_count: Math.max(self.card.replies_count + (isNew ? 1 : 0), replies.size) });
  }

  function remove(id) {
    replies.get(id)?.element.remove();
    replies.delete(id);
    show({ ...self.card, replies_count: Math.max(0, self.card.replies_count - 1) });
  }
}

function made(name, classes, text) {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  return element;
}

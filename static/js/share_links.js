// The links to a track or a playlist of one's own: a list, each with its address and its count, and a form that makes another.

import { call, onThisHost } from "./api.js";
import { onSubmit } from "./forms.js";

const root = document.querySelector("[data-share-links]");
if (root) start();

function start() {
  const part = (name) => root.querySelector(`[data-share-${name}]`);
  const path = root.dataset.shareLinks;
  let next = path;
  root.hidden = false;
  part("more").addEventListener("click", more);
  onSubmit(part("form"), make);
  more();

  async function more() {
    const { ok, body } = await call("GET", next);
    if (!ok) return say(body.title);
    part("list").append(...body.results.map(row));
    next = body.next && onThisHost(body.next);
    part("more").hidden = !next;
  }

  async function make(values) {
    const { ok, body } = await call("POST", path, contentOf(values));
    if (!ok) return body;
    part("list").prepend(row(body));
    part("form").reset();
    say("The link is made.");
    return null;
  }

  function row(link) {
    const [line, text, buttons] = ["li", "span", "span"].map((name) => document.createElement(name));
    line.className = "row";
    const [label, facts, address] = ["strong", "span", "output"].map((name) => document.createElement(name));
    label.textContent = link.label;
    facts.className = "muted";
    facts.textContent = ` ${factsOf(link)} `;
    address.textContent = link.url ?? "It cannot be shown any more.";
    text.append(label, facts, address);
    if (link.url) buttons.append(button(`Copy the link ${link.label}`, "Copy", () => copy(address)));
    buttons.append(button(`Delete the link ${link.label}`, "Delete", (pressed) => drop(link, line, pressed)));
    line.append(text, buttons);
    return line;
  }

  async function drop(link, line, pressed) {
    pressed.disabled = true;
    const { ok, status, body } = await call("DELETE", `/api/v1/share-links/${link.id}/`);
    pressed.disabled = false;
    if (!ok && status !== 404) return say(body.title);
    line.remove();
    return say("The link is deleted; it opens nothing any more.");
  }

  async function copy(address) {
    try {
      await navigator.clipboard.writeText(address.textContent);
      say("Copied.");
    } catch {
      getSelection().selectAllChildren(address);
      say("Your browser does not let pages copy; the link is selected.");
    }
  }

  function say(words) {
    part("words").textContent = words;
  }
}

function button(name, words, pressed) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button", textContent: words });
  made.setAttribute("aria-label", name);
  made.addEventListener("click", () => pressed(made));
  return made;
}

/** What a link lets people do, how often it was opened, and when it ends. */
function factsOf(link) {
  const opened = link.max_uses ? `opened ${link.uses} of ${link.max_uses} times` : `opened ${link.uses} times`;
  const facts = [link.permission, opened];
  if (link.expires_at) facts.push(`until ${new Date(link.expires_at).toLocaleString()}`);
  if (link.has_password) facts.push("with a password");
  return facts.join(" · ");
}

/** What is left empty is no limit. */
function contentOf(values) {
  const { label, permission, expires_at: ends, max_uses: uses, password } = Object.fromEntries(values);
  return {
    label,
    permission,
    password,
    expires_at: ends ? new Date(ends).toISOString() : null,
    max_uses: uses === "" ? null : Number(uses),
  };
}

// One's own settings: each form speaks to one operation of the API, each button in a list deletes one row.

import { call } from "./api.js";
import { onSubmit } from "./forms.js";
import { forget } from "./session.js";

const page = document.querySelector("main");
const ME = "/api/v1/me/";

// Name of a form -> [method, address, what of its fields is sent].
const FORMS = {
  profile: ["PATCH", ME, profileIn],
  privacy: ["PATCH", ME, privacyIn],
  username: ["PUT", `${ME}username/`, Object.fromEntries],
  token: ["POST", `${ME}tokens/`, tokenIn],
};

for (const form of page.querySelectorAll("[data-settings]")) {
  const [method, path, contentIn] = FORMS[form.dataset.settings];
  onSubmit(form, async (values) => {
    const { ok, body } = await call(method, path, contentIn(values, form));
    say(form, ok ? "Saved." : "");
    const stale = form.querySelector("[data-stale]");
    if (stale) stale.hidden = body?.code !== "sign_in_stale";
    if (!ok) return atItsField(body);
    if (body.token) showToken(form, body.token);
  });
}

for (const button of page.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { ok, status, body } = await call("DELETE", button.dataset.delete);
    if (ok || status === 404) return button.closest("li").remove();
    button.disabled = false;
    page.querySelector("[data-delete-words]").textContent = body.title;
  });
}

page.querySelector("[data-sign-in-again]").addEventListener("click", async () => {
  await call("POST", "/api/v1/auth/logout/");
  forget();
  location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`);
});

/** An artist's tick is sent when it is set; what was typed as a list becomes one. */
function profileIn(values) {
  const content = Object.fromEntries(values);
  content.genres = content.genres.split(",").map((genre) => genre.trim()).filter(Boolean);
  content.links = content.links.split("\n").map((line) => line.trim()).filter(Boolean).map(linkIn);
  return content;
}

/** `A few words https://example.org`: the last word is the address. */
function linkIn(line) {
  const words = line.split(/\s+/);
  return { url: words.pop(), title: words.join(" ") };
}

/** A box that is not ticked is missing among a form's values, and means no. */
function privacyIn(values, form) {
  const content = Object.fromEntries(values);
  for (const box of form.querySelectorAll("[type=checkbox]")) content[box.name] = box.checked;
  return content;
}

function tokenIn(values) {
  return { label: values.get("label"), scopes: values.getAll("scopes") };
}

function showToken(form, token) {
  form.querySelector("[data-token]").textContent = token;
  form.querySelector("[data-token-made]").hidden = false;
}

function say(form, words) {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = words;
}

/** A name that is not to be had is no invalid form; people look at the field all the same. */
function atItsField(problem) {
  if (!problem.code?.startsWith("username_")) return problem;
  return { errors: [{ field: "username", message: problem.title }] };
}

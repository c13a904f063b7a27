// Spaces: each form and each button speaks to one operation of the API, whose address it carries.

import { call } from "./api.js";
import { onSubmit } from "./forms.js";

const page = document.querySelector("main");
const words = page.querySelector("[data-call-words]");

for (const form of page.querySelectorAll("[data-form]")) {
  onSubmit(form, async (values) => {
    const { ok, body } = await call(form.dataset.form, form.dataset.path, contentOf(form, values));
    if (!ok) return atItsField(form, body);
    location.assign(form.dataset.then);
  });
}

for (const button of page.querySelectorAll("[data-call]")) {
  button.addEventListener("click", async () => {
    if (button.dataset.sure && !confirm(button.dataset.sure)) return;
    button.disabled = true;
    const { ok, body } = await answerOf(button);
    button.disabled = false;
    if (!ok) return say(body.title);
    if (button.dataset.then) location.assign(button.dataset.then);
    else button.closest("li").remove();
  });
}

for (const select of page.querySelectorAll("[data-role]")) {
  select.addEventListener("change", async () => {
    const { ok, body } = await call("PATCH", select.dataset.path, { role: select.value });
    if (ok) location.reload();
    else say(body.title);
  });
}

/** What the button's call answers; a space that holds something asks who gets it. */
async function answerOf(button) {
  const first = await call(button.dataset.call, button.dataset.path);
  if (first.body?.code !== "space_holds_things") return first;
  if (!confirm("It holds tracks, be it in the trash. Shall they become your own?")) return first;
  return call(button.dataset.call, button.dataset.transfer);
}

/** A box that is not ticked is missing among a form's values, and means no; who is asked is an address or a name. */
function contentOf(form, values) {
  const content = Object.fromEntries(values);
  for (const box of form.querySelectorAll("[type=checkbox]")) content[box.name] = box.checked;
  if (!("who" in content)) return content;
  const { who, ...rest } = content;
  return { ...rest, [who.includes("@") ? "email" : "username"]: who.trim() };
}

/** What is wrong with the address or the name stands at the one field for both. */
function atItsField(form, problem) {
  if (!form.elements.namedItem("who")) return problem;
  if (problem.code === "not_found") return { errors: [{ field: "who", message: "There is nobody of that name." }] };
  const errors = problem.errors?.map((error) => ({ ...error, field: /email|username/.test(error.field) ? "who" : error.field }));
  return { ...problem, errors };
}

function say(sentence) {
  words.textContent = sentence;
}

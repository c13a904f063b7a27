// Making an account.

import { callOnce } from "./api.js";
import { onSubmit } from "./forms.js";

const page = document.querySelector("main");

onSubmit(page.querySelector("[data-form]"), async (values) => {
  const { ok, body } = await callOnce("POST", "/api/v1/auth/register/", Object.fromEntries(values));
  if (!ok) return atItsField(body);
  page.querySelector("[data-ask]").hidden = true;
  page.querySelector("[data-told]").hidden = false;
  page.querySelector("[data-told-email]").textContent = values.get("email");
  page.querySelector("[data-told-heading]").focus();
});

/** A name that is taken is a conflict, not an invalid form; people look for it at the name all the same. */
function atItsField(problem) {
  if (problem.code !== "username_unavailable") return problem;
  return { errors: [{ field: "username", message: problem.title }] };
}

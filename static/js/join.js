// Making an account.

import { callOnce } from "./api.js";
import { renewCaptcha, withCaptcha } from "./captcha.js";
import { onSubmit } from "./forms.js";

const page = document.querySelector("main");
const form = page.querySelector("[data-form]");
const invite = form?.elements.namedItem("invite");

// An invitation comes behind the #, which browsers send nobody.
if (invite) invite.value = new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";

if (form) onSubmit(form, async (values) => {
  const { ok, body } = await callOnce("POST", "/api/v1/auth/register/", withCaptcha(values));
  if (!ok) {
    renewCaptcha(form, body);
    return atItsField(body);
  }
  page.querySelector("[data-ask]").hidden = true;
  page.querySelector("[data-told]").hidden = false;
  page.querySelector("[data-told-email]").textContent = values.get("email");
  page.querySelector("[data-told-heading]").focus();
});

/** A name that is taken, or an invitation that is not good, is no invalid form; people look at the field all the same. */
function atItsField(problem) {
  const field = { username_unavailable: "username", invite_invalid: "invite", invite_required: "invite" }[problem.code];
  return field ? { errors: [{ field, message: problem.title }] } : problem;
}

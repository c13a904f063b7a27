// Signing in.

import { callOnce } from "./api.js";
import { renewCaptcha, withCaptcha } from "./captcha.js";
import { onSubmit } from "./forms.js";
import { remember } from "./session.js";

const form = document.querySelector("[data-form]");

onSubmit(form, async (values) => {
  if (!values.get("otp")) values.delete("otp");
  const { ok, body } = await callOnce("POST", "/api/v1/auth/login/", withCaptcha(values));
  const mailbox = form.querySelector("[data-unverified]");
  if (mailbox) mailbox.hidden = body?.code !== "email_not_verified";
  if (!ok) {
    renewCaptcha(form, body);
    return body.code === "otp_required" ? askForCode() : body;
  }
  remember(body);
  location.assign(form.dataset.next);
});

/** The password was right; the account has a second factor. */
function askForCode() {
  form.querySelector("[data-otp]").hidden = false;
  return { errors: [{ field: "otp", message: "This account has a second factor: type its code." }] };
}

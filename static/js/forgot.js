// Asking for a link to choose another password with.

import { callOnce } from "./api.js";
import { renewCaptcha, withCaptcha } from "./captcha.js";
import { onSubmit } from "./forms.js";

const page = document.querySelector("main");
const form = page.querySelector("[data-form]");

onSubmit(form, async (values) => {
  const { ok, body } = await callOnce("POST", "/api/v1/auth/password/reset/", withCaptcha(values));
  if (!ok) {
    renewCaptcha(form, body);
    return body;
  }
  page.querySelector("[data-ask]").hidden = true;
  page.querySelector("[data-told]").hidden = false;
  page.querySelector("[data-told-heading]").focus();
});

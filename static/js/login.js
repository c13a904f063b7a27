// Signing in.

import { callOnce } from "./api.js";
import { onSubmit } from "./forms.js";
import { remember } from "./session.js";

const form = document.querySelector("[data-form]");

onSubmit(form, async (values) => {
  const { ok, body } = await callOnce("POST", "/api/v1/auth/login/", Object.fromEntries(values));
  const mailbox = form.querySelector("[data-unverified]");
  if (mailbox) mailbox.hidden = body?.code !== "email_not_verified";
  if (!ok) return body;
  remember(body);
  location.assign(form.dataset.next);
});

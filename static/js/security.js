// The ways into one's own account and out of it: each form speaks to one operation of the API.

import { call } from "./api.js";
import { onSubmit } from "./forms.js";
import { forget } from "./session.js";

const page = document.querySelector("main");
const part = (name) => page.querySelector(`[data-${name}]`);
const NOTHING = () => ({});

// Name of a form -> [method, address, what is sent, what follows].
const FORMS = {
  password: ["POST", "/api/v1/auth/password/change/", Object.fromEntries, said("Changed. All other devices are signed out.")],
  email: ["POST", "/api/v1/auth/email/change/", Object.fromEntries, said("A link is on its way to the new address.")],
  factor: ["POST", "/api/v1/auth/mfa/totp/", NOTHING, showDraft],
  factor_confirm: ["POST", "/api/v1/auth/mfa/totp/confirm/", Object.fromEntries, showCodes],
  factor_off: ["DELETE", "/api/v1/auth/mfa/totp/", Object.fromEntries, () => location.reload()],
  codes: ["POST", "/api/v1/auth/mfa/recovery-codes/", NOTHING, showCodes],
  export: ["POST", "/api/v1/me/export/", NOTHING, said("It is being made; a mail says when it is there.")],
  leave_code: ["POST", "/api/v1/me/deletion-code/", NOTHING, said("A code is on its way to your address.")],
  leave: ["DELETE", "/api/v1/me/", Object.fromEntries, goodbye],
};

for (const form of page.querySelectorAll("[data-security]")) {
  const [method, path, contentIn, follow] = FORMS[form.dataset.security];
  onSubmit(form, async (values) => {
    const { ok, body } = await call(method, path, contentIn(values));
    if (!ok) return body.code === "fresh_sign_in_required" ? signInAnew() : body;
    follow(form, body);
  });
}

for (const button of page.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { ok, status, body } = await call("DELETE", button.dataset.delete);
    if (ok || status === 404) return button.closest("li").remove();
    button.disabled = false;
    part("delete-words").textContent = body.title;
  });
}

function said(words) {
  return (form) => {
    form.reset();
    form.querySelector("[data-saved]").textContent = words;
  };
}

/** The secret as a picture and in letters; nothing counts before the first code. */
function showDraft(form, { secret, qr_svg: picture }) {
  form.hidden = true;
  part("qr").src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
  part("secret").textContent = secret;
  part("factor-draft").hidden = false;
  page.querySelector("#otp").focus();
}

/** Recovery codes are told once: nothing on this page may hide them again. */
function showCodes(_form, { recovery_codes: codes }) {
  part("factor-draft")?.remove();
  part("codes-list").textContent = codes.join("\n");
  part("codes").hidden = false;
  part("codes-heading").focus();
}

/** Too long ago that the password was typed: once more, and back to this page. */
async function signInAnew() {
  await call("POST", "/api/v1/auth/logout/");
  forget();
  location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`);
}

function goodbye() {
  forget();
  location.assign("/");
}

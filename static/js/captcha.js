// The captcha of a form, where there is one. Its service brings `grecaptcha` and a field of its own into the form.

/** The values of a form as the API wants them: the captcha's field under the API's name, or left out. */
export function withCaptcha(values) {
  const { "g-recaptcha-response": token, ...rest } = Object.fromEntries(values);
  return token ? { ...rest, captcha_token: token } : rest;
}

/** After a refusal: what was solved is spent, and where a captcha is asked for it has to be seen. */
export function renewCaptcha(form, problem) {
  const place = form.querySelector("[data-captcha]");
  if (!place) return;
  if (problem.code === "captcha_required") place.hidden = false;
  window.grecaptcha?.reset?.();
}

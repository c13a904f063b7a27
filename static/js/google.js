// The way back from Google: what the browser brought is exchanged for a sign-in.

import { callOnce } from "./api.js";
import { onSubmit } from "./forms.js";
import { remember } from "./session.js";

const root = document.querySelector("[data-google]");
const part = (name) => root.querySelector(`[data-${name}]`);
const { code, verifier, nonce, redirectUri, next } = root.dataset;
let proof = { code, code_verifier: verifier, redirect_uri: redirectUri, nonce };

// What is in the address is spent; it need not stay there.
history.replaceState(null, "", location.pathname);
onSubmit(part("form"), (values) => enter({ otp: values.get("otp") }));
const problem = await enter({});
if (problem) fail(problem);

/** Sign in; resolves to a problem, or to nothing where the page is left or a code is asked for. */
async function enter(more) {
  const { ok, body } = await callOnce("POST", "/api/v1/auth/google/", { ...proof, ...more });
  if (ok) {
    remember(body);
    location.replace(next);
  } else if (body.code === "otp_required") ask(body.continuation);
  else return body;
}

/** Google's code is spent; what the server gave for it goes along with the code of the second factor. */
function ask(continuation) {
  proof = { continuation };
  part("waiting").hidden = true;
  part("form").hidden = false;
  root.querySelector("#otp").focus();
}

function fail({ title }) {
  part("waiting").hidden = true;
  part("failed").textContent = title;
  part("failed").hidden = false;
}

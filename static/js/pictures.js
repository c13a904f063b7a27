// Avatar and header: shown before they are sent, as others see them afterwards, and why one was not taken.

import { call, onThisHost } from "./api.js";
import { clear, onSubmit, show } from "./forms.js";

const MOST_BYTES = 10 * 1024 * 1024;

for (const form of document.querySelectorAll("[data-picture]")) {
  const path = `/api/v1/me/${form.dataset.picture}/`;
  const input = form.elements.namedItem("image");
  const remove = form.querySelector("[data-remove]");

  input.addEventListener("change", () => {
    clear(form);
    say(form, "");
    const [file] = input.files;
    if (file?.size > MOST_BYTES) return refuse(form, input, "The picture is larger than 10 MB.");
    if (file) previewFile(form, file);
  });

  onSubmit(form, async (values) => {
    if (input.files[0].size > MOST_BYTES) return { title: "The picture is larger than 10 MB." };
    say(form, "Looking at it …");
    const { ok, body } = await call("PUT", path, values);
    say(form, ok ? "Saved." : "");
    if (!ok) return body;
    preview(form, onThisHost(body[form.dataset.picture].medium));
    input.value = "";
    remove.hidden = false;
  });

  remove.addEventListener("click", async () => {
    remove.disabled = true;
    clear(form);
    const { ok, body } = await call("DELETE", path);
    remove.disabled = false;
    if (!ok) return show(form, body);
    preview(form, null);
    remove.hidden = true;
    say(form, "Removed.");
  });
}

/** Show what is at this address, or nothing. */
function preview(form, address) {
  const image = form.querySelector("[data-preview]");
  image.hidden = address === null;
  if (address === null) image.removeAttribute("src");
  else image.src = address;
}

/** Show a file of this machine: as an address with the bytes in it, which the page's policy allows. */
function previewFile(form, file) {
  const reader = new FileReader();
  reader.addEventListener("load", () => preview(form, reader.result));
  reader.readAsDataURL(file);
}

function refuse(form, input, title) {
  input.value = "";
  show(form, { title });
}

function say(form, words) {
  form.querySelector("[data-saved]").textContent = words;
}

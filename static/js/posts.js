// One's own posts on one's own page: write one, throw one away.

import { call } from "./api.js";
import { onSubmit } from "./forms.js";

const form = document.querySelector("[data-post-form]");

if (form) {
  onSubmit(form, async (values) => {
    const content = { body: values.get("body") };
    if (values.get("track_id")) content.track_id = Number(values.get("track_id"));
    const { ok, body } = await call("POST", "/api/v1/posts/", content);
    if (!ok) return body;
    form.reset();
    location.reload();
  });
}

for (const button of document.querySelectorAll("[data-delete-post]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { ok, status, body } = await call("DELETE", button.dataset.deletePost);
    if (ok || status === 404) return button.closest("article").remove();
    button.disabled = false;
    document.querySelector("[data-switch-words]").textContent = body.title;
  });
}

// The trash: each button speaks to one operation of the API, whose address it carries.

import { call } from "./api.js";

const page = document.querySelector("main");
const words = page.querySelector("[data-call-words]");

for (const button of page.querySelectorAll("[data-call]")) {
  button.addEventListener("click", async () => {
    if (button.dataset.sure && !confirm(button.dataset.sure)) return;
    button.disabled = true;
    const { ok, body } = await call(button.dataset.call, button.dataset.path);
    button.disabled = false;
    words.textContent = ok ? button.dataset.said : body.title;
    if (!ok) return;
    button.closest("li").remove();
    words.focus(); // the button that had it is gone
  });
}

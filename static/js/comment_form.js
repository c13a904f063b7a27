// The form that says something, at the moment at which one began to write.

import { clock } from "./clock.js";
import { onSubmit } from "./forms.js";

/** `send(words)` resolves to a problem or to nothing. Answers with {answer(card)}, or null where nobody may speak. */
export function startForm(form, { audio, send }) {
  if (!form) return null;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const field = form.elements.body;
  let moment = 0;
  let begun = false;
  let thread = null;
  // Sent again after a failure, it is the same comment.
  let clientId = crypto.randomUUID?.() ?? null;

  const now = () => Math.round((audio?.currentTime ?? 0) * 1000);
  const showMoment = () => {
    if (!begun) moment = now();
    part("moment").textContent = clock(moment / 1000);
  };
  audio?.addEventListener("timeupdate", showMoment);
  audio?.addEventListener("seeked", showMoment);
  field.addEventListener("input", () => {
    showMoment(); // the first letter sets it: the last "timeupdate" is up to a quarter of a second old
    begun = field.value !== "";
  });
  part("answer-none").addEventListener("click", () => answer(null));
  if (!audio) form.elements.timed.closest("label").hidden = true;

  onSubmit(form, async (values) => {
    const words = { body: values.get("body"), client_id: clientId };
    if (audio && values.get("timed")) words.timestamp_ms = moment;
    if (thread) words.parent_id = thread.id;
    const problem = await send(words);
    if (problem) return problem;
    clientId = crypto.randomUUID?.() ?? null;
    field.value = "";
    begun = false;
    answer(null);
    showMoment();
    return null;
  });
  form.hidden = false;
  return { answer };

  function answer(card) {
    thread = card;
    part("answering").hidden = !card;
    part("answer-none").hidden = !card;
    if (card) {
      part("answering").textContent = `To ${card.user.display_name}`;
      field.focus();
    }
  }
}

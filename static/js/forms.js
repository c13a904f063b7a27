// Forms that speak to the API: one at a time, errors at their fields, focus on the first of them.

/** Let `send(values)` handle the form; `values` are its FormData. It resolves to a problem or to nothing. */
export function onSubmit(form, send) {
  const button = form.querySelector("[type=submit]");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clear(form);
    if (!checkRequired(form)) return;
    button.disabled = true;
    try {
      const problem = await send(new FormData(form));
      if (problem) show(form, problem);
    } finally {
      button.disabled = false;
    }
  });
}

/** Take the errors of the last try away. */
export function clear(form) {
  for (const message of form.querySelectorAll(".field-error")) message.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    describe(input, (ids) => ids.filter((id) => !id.endsWith("-error")));
  }
  form.querySelector("[data-form-error]").hidden = true;
}

/** Show a problem: what belongs to a field at the field, everything else above the form. */
export function show(form, problem) {
  const general = [];
  for (const { field, message } of problem.errors ?? []) {
    const input = form.elements.namedItem(field.split(".")[0]);
    if (input instanceof HTMLElement && input.type !== "hidden") mark(input, message);
    else general.push(field && !input ? `${field}: ${message}` : message);
  }
  if (!problem.errors?.length) general.push(problem.title);
  if (general.length) {
    const place = form.querySelector("[data-form-error]");
    place.textContent = general.join(" ");
    place.hidden = false;
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function checkRequired(form) {
  const missing = [...form.querySelectorAll("[required]")].filter((input) => !input.value);
  for (const input of missing) mark(input, input.type === "file" ? "Choose a file." : "Fill this in.");
  missing[0]?.focus();
  return missing.length === 0;
}

function mark(input, text) {
  const message = document.createElement("p");
  message.className = "field-error";
  message.id ||= `${input.id}-${input.parentElement.querySelectorAll(".field-error").length}-error`;
  message.textContent = text;
  input.setAttribute("aria-invalid", "true");
  describe(input, (ids) => [message.id, ...ids]);
  input.closest(".field").append(message);
}

function describe(input, change) {
  const ids = change((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}

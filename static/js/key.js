// The key of a mailed link stands behind the #, which browsers send to no server; the form posts it when pressed.

const form = document.querySelector("[data-key-form]");
if (form) {
  const field = form.elements.namedItem("key");
  field.value ||= new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
  // Out of the address, which stays in the history and may be shared.
  history.replaceState(null, "", location.pathname);
  form.querySelector("[type=submit]").disabled = false;
}

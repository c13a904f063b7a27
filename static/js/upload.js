// The upload: the form, the transfer, the stages, the link.

import { call, onThisHost } from "./api.js";
import { onSubmit, show } from "./forms.js";
import { watch } from "./stages.js";
import { Cancelled, send } from "./transfer.js";

const page = document.querySelector("main");
const part = (name) => page.querySelector(`[data-${name}]`);
const form = part("form");
const file = form.elements.namedItem("audio");
const hint = part("file-size").textContent;

file.addEventListener("change", showFile);
for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  part("drop").addEventListener(name, () => part("drop").toggleAttribute("data-over", over));
}

onSubmit(form, async (values) => {
  const [chosen] = file.files;
  const most = Number(form.dataset.maxBytes);
  if (chosen.size > most) {
    const message = `This file has ${inWords(chosen.size)}; ${inWords(most)} are taken.`;
    return { errors: [{ field: "audio", message }] };
  }
  step("sending");
  try {
    const { ok, body } = await send(chosen, detailsIn(values), { progress: showProgress, cancel: part("cancel") });
    if (!ok) return failed(body);
    await follow(body);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    step("ask");
  }
});

/** What was filled in, and nothing else: the file's own tags stand in for the rest. */
function detailsIn(values) {
  const filled = {};
  for (const [name, value] of values) {
    if (value === "" || name === file.name) continue;
    filled[name] = name === "tags" ? value.split(",").map((tag) => tag.trim()).filter(Boolean) : value;
  }
  return filled;
}

async function follow(track) {
  part("transfer").hidden = true;
  part("processing").hidden = false;
  part("sending-title").textContent = "Preparing your track";
  const { state, error_message: reason } = await watch(part("processing"), track.id);
  // Its title and address may come from the file's tags, which are known only now.
  const { ok, body } = await call("GET", `/api/v1/tracks/${track.id}/`);
  part("track-link").href = onThisHost((ok ? body : track).permalink_url);
  part("after").hidden = false;
  if (state === "failed") return tell("This file could not be used", reason);
  const title = ok ? body.title : track.title;
  part("sending-title").textContent = state === "ready" ? `“${title}” is ready` : `“${title}” waits for a person to see it`;
  part("sending-title").focus();
}

function tell(title, reason) {
  part("sending-title").textContent = title;
  part("failure").textContent = reason || "The reason is not known.";
  part("failed").hidden = false;
  part("track-link").hidden = true;
}

function failed(problem) {
  step("ask");
  const atTheFile = problem.code?.startsWith("audio_");
  show(form, atTheFile ? { errors: [{ field: "audio", message: problem.title }] } : problem);
}

function step(name) {
  part("ask").hidden = name !== "ask";
  part("sending").hidden = name !== "sending";
  showProgress(0);
  if (name === "sending") part("sending-title").focus();
}

function showProgress(share) {
  part("transfer-bar").value = share;
  part("transfer-words").textContent = share < 1 ? `${Math.floor(share * 100)} %` : "Arrived; the server is looking at it.";
}

function showFile() {
  const [chosen] = file.files;
  part("file-name").textContent = chosen ? chosen.name : "Choose a sound file, or drop it here";
  part("file-size").textContent = chosen ? inWords(chosen.size) : hint;
}

function inWords(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

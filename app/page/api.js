// The API view: try a request with a clip of one's own, see it in three languages, and read about all others.

import { apiKey, askForKey } from "./api_key.js";
import { copy } from "./copy.js";
import { element } from "./elements.js";
import { heardFile } from "./recording.js";
import { showReference } from "./reference.js";
import * as service from "./service.js";
import * as snippets from "./snippets.js";
import { TEXTS } from "./texts.js";

let file = null;

export function mount() {
  element("try").onsubmit = send;
  element("try").oninput = showCall;
  element("try-file").onchange = () => take(element("try-file").files[0]);
  element("try-example").onchange = async () => take(await service.example(element("try-example").value));
  element("try-key").onclick = () => askForKey().then(showCall);
  element("try-copy").onclick = () => copy(element("try-code"), element("try-copy"));
  document.addEventListener("model", showCall);
  service.openapi().then(show, say);
  offerExamples().catch(say);
  return { enter };
}

function enter() {
  if (heardFile()) take(heardFile());
}

function show(openapi) {
  element("try-key").hidden = !openapi.paths["/transcribe"].post.security?.length;
  showReference(openapi);
}

async function offerExamples() {
  const names = await service.examples();
  element("try-example").append(...names.map((name) => new Option(name)));
  if (!names.length) return;
  const first = await service.example(names[0]);
  if (!file) take(first); // else another was chosen meanwhile
}

function take(taken) {
  if (!taken) return;
  file = taken;
  element("try-name").textContent = file.name;
  showCall();
}

const settings = () => ({
  words: element("try-words").value.replaceAll(" ", ""),
  threshold: element("try-threshold").value,
});

function showCall() {
  if (!file) return;
  const language = new FormData(element("try")).get("language");
  element("try-code").textContent = snippets[language](file, settings());
  element("try-key").textContent = apiKey() ? TEXTS.changeKey : TEXTS.enterKey;
}

async function send(event) {
  event.preventDefault();
  try {
    say(await service.transcribe(file, settings()));
  } catch (error) {
    say(error);
  }
}

function say(answer) {
  element("try-answer").textContent = answer instanceof Error ? answer.message : JSON.stringify(answer, null, 2);
}

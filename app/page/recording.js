// The recording view: the words in a recording from the microphone, a file or an example.

import { element, isCommand, make, say } from "./elements.js";
import { showLevel } from "./microphone.js";
import { LIMIT_SECONDS, Recorder } from "./recorder.js";
import * as service from "./service.js";
import { TEXTS } from "./texts.js";
import { Timeline } from "./timeline.js";

const PATIENCE_MS = 300; // an answer that comes sooner needs no word about waiting
const MANY_WORDS = 8; // more are set smaller
const COPIED_MS = 2000;

const timeline = new Timeline();
let vocabulary = "";
let question = new AbortController();
let recorder = null; // while it records

export function mount() {
  element("record").onclick = () => (recorder ? recorder.stop() : record());
  element("file").onchange = () => choose(element("file"));
  element("copy").onclick = copyCommand;
  begin();
  offerExamples().catch(fail);
  return { leave, hear };
}

/** Empty the view. */
function begin() {
  element("inspection").hidden = true;
  say(element("answer"), vocabulary, TEXTS.beforeRecording, "quiet");
}

/** Stop whatever plays or records, and drop a recording that was begun. */
function leave() {
  timeline.pause();
  if (!recorder) return;
  recorder.cancel();
  endRecording();
  begin();
}

async function offerExamples() {
  const [{ labels }, names] = await Promise.all([service.labels(), service.examples()]);
  vocabulary = labels.filter(isCommand).join(" ");
  const button = (name) => {
    const onclick = () => service.example(name).then(hear, fail);
    return make("button", { type: "button", className: "example", textContent: name.replace(/\.\w+$/, ""), onclick });
  };
  element("examples").append(...names.map(button));
  if (element("inspection").hidden && !recorder) begin();
}

function choose(input) {
  if (input.files.length) hear(input.files[0]);
  input.value = ""; // the same file can be chosen again
}

async function hear(file) {
  leave();
  question.abort();
  question = new AbortController();
  const { signal } = question;
  element("inspection").classList.add("stale");
  const patience = setTimeout(() => say(element("answer"), TEXTS.hearing, file.name, "quiet"), PATIENCE_MS);
  try {
    const inspection = await service.inspect(file, signal);
    if (!signal.aborted) show(inspection, file);
  } catch (error) {
    if (!signal.aborted) fail(error);
  } finally {
    clearTimeout(patience);
  }
}

function show(inspection, file) {
  const { transcription } = inspection;
  say(element("answer"), ...spoken(transcription, file));
  element("inspection").hidden = false;
  element("inspection").classList.remove("stale");
  element("json").textContent = JSON.stringify(transcription, null, 2);
  element("curl").textContent = service.curl(file);
  timeline.show(inspection, file);
}

/** The words of an answer, what there is to say about them, and how they look. */
function spoken(transcription, file) {
  const { text, label, confidence, reason, events, duration_seconds: duration, elapsed_ms: elapsed } = transcription;
  const about = [file.name, TEXTS.length(duration), TEXTS.elapsed(elapsed)];
  const answer = (words, why, kind) => [words, [why, ...about].join(TEXTS.separator), kind];
  if (events.length > MANY_WORDS) return answer(text, TEXTS.nWords(events.length), "many");
  if (events.length > 1) return answer(text, TEXTS.nWords(events.length), "several");
  if (text) return answer(text, TEXTS.sure(events[0].confidence), "");
  if (reason === "silence") return answer(TEXTS.silence, TEXTS.silenceWhy, "quiet");
  if (reason === "unknown") return answer(TEXTS.unknown, TEXTS.unknownWhy, "quiet");
  return answer(TEXTS.lowConfidence(label), TEXTS.lowConfidenceWhy(confidence), "quiet");
}

function fail(error) {
  element("inspection").hidden = true;
  say(element("answer"), TEXTS.notHeard, error.message, "quiet");
}

async function record() {
  const made = new Recorder({ onLevel: showRecording, onEnd: takeRecording });
  element("record").disabled = true; // until the microphone is open, or is not
  question.abort();
  timeline.pause();
  try {
    await made.start();
    if (element("recording").hidden) return made.cancel();
    recorder = made;
    element("record").textContent = TEXTS.stop;
    element("hint").hidden = true;
    element("recording-now").hidden = false;
    element("inspection").hidden = true;
    showRecording(null, 0);
    say(element("answer"), TEXTS.recording, TEXTS.recordingLimit(LIMIT_SECONDS), "quiet");
  } catch (error) {
    fail(error);
  } finally {
    element("record").disabled = false;
  }
}

function showRecording(level, seconds) {
  showLevel(element("record-meter"), level);
  element("record-time").textContent = TEXTS.clock(seconds);
}

function takeRecording(file, error) {
  endRecording();
  if (error) fail(error);
  else hear(file);
}

function endRecording() {
  recorder = null;
  element("record").textContent = TEXTS.record;
  element("hint").hidden = false;
  element("recording-now").hidden = true;
}

/** Browsers let a page copy only where they trust it; elsewhere the command is marked, to be copied by hand. */
async function copyCommand() {
  const [button, command] = [element("copy"), element("curl")];
  try {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = TEXTS.copied;
  } catch {
    window.getSelection().selectAllChildren(command);
    button.textContent = TEXTS.copyByHand;
  }
  setTimeout(() => (button.textContent = TEXTS.copy), COPIED_MS);
}

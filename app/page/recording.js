// The recording view: the words in a recording from the microphone, a file or an example.

import { onRedraw } from "./canvas.js";
import { copy } from "./copy.js";
import { drawStrip } from "./drawings.js";
import { element, isCommand, make, say, sure } from "./elements.js";
import { Recorder } from "./recorder.js";
import * as service from "./service.js";
import { curl } from "./snippets.js";
import { asWav } from "./sound_file.js";
import { TEXTS } from "./texts.js";
import { Timeline } from "./timeline.js";

const PATIENCE_MS = 300; // an answer that comes sooner needs no word about waiting
const MANY_WORDS = 8; // more are set smaller
const STRIP_CHUNKS = 100; // ten seconds of a recording that is being made

const timeline = new Timeline();
let vocabulary = "";
let question = new AbortController();
let recorder = null; // while it records
let levels = []; // dB, of the recording that is being made
let ownFile = null; // a file that this page made, which is nowhere else
let shownFile = null;

/** The file whose words are shown, as it was sent; null before the first. */
export const heardFile = () => shownFile;

export function mount() {
  element("record").onclick = () => (recorder ? recorder.stop() : record());
  element("file").onchange = () => choose(element("file"));
  element("copy").onclick = () => copy(element("curl"), element("copy"));
  onRedraw(element("record-strip"), drawRecording);
  begin();
  offerExamples().catch(fail);
  document.addEventListener("model", () => showVocabulary().then(() => shownFile && hear(shownFile), fail));
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
  const [names] = await Promise.all([service.examples(), showVocabulary()]);
  const button = (name) => {
    const onclick = () => service.example(name).then(hear, fail);
    return make("button", { type: "button", className: "example", textContent: name.replace(/\.\w+$/, ""), onclick });
  };
  element("examples").append(...names.map(button));
}

async function showVocabulary() {
  const { labels } = await service.labels();
  vocabulary = labels.filter(isCommand).join(" ");
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
    const [inspection, sent] = await inspect(file, signal);
    if (!signal.aborted) show(inspection, file, sent);
  } catch (error) {
    if (!signal.aborted) fail(error);
  } finally {
    clearTimeout(patience);
  }
}

/** Send a file; one that the service can't read is decoded here first. Returns the answer, and what was sent. */
async function inspect(file, signal) {
  try {
    return [await service.inspect(file, signal), file];
  } catch (error) {
    if (![413, 415, 422].includes(error.status)) throw error;
    const decoded = await asWav(file).catch(() => null);
    if (!decoded || error.type === "urn:heed:audio-too-long") throw new Error(inWords(error, file), { cause: error });
    ownFile = decoded;
    return [await service.inspect(decoded, signal), decoded];
  }
}

/** Say what is wrong with a file in the words of the person who chose it. */
function inWords({ type, message }, file) {
  const kind = file.name.match(/\.(\w{1,5})$/)?.[1].toUpperCase() ?? TEXTS.noKind;
  return TEXTS.problems[type]?.(kind) ?? message;
}

function show(inspection, file, sent) {
  const { transcription } = inspection;
  say(element("answer"), ...spoken(transcription, file));
  element("inspection").hidden = false;
  element("inspection").classList.remove("stale");
  element("json").textContent = JSON.stringify(transcription, null, 2);
  element("curl").textContent = curl(sent);
  shownFile = sent;
  offerDownload(sent);
  timeline.show(inspection, file);
}

/** Let a file that this page made be kept, so that the command for a shell finds it. */
function offerDownload(sent) {
  const link = element("download");
  URL.revokeObjectURL(link.href);
  link.hidden = sent !== ownFile;
  if (link.hidden) return;
  [link.href, link.download] = [URL.createObjectURL(sent), sent.name];
}

/** The words of an answer, what there is to say about them, and how they look. */
function spoken(transcription, file) {
  const { text, label, confidence, reason, events, duration_seconds: duration, elapsed_ms: elapsed } = transcription;
  const about = [file.name, TEXTS.length(duration), TEXTS.elapsed(elapsed)];
  const answer = (words, why, kind) => [words, [why, ...about.map((part) => TEXTS.separator + part)], kind];
  if (events.length > MANY_WORDS) return answer(text, TEXTS.nWords(events.length), "many");
  if (events.length > 1) return answer(text, TEXTS.nWords(events.length), "several");
  if (text) return answer(text, sure(events[0].confidence), "");
  if (reason === "silence") return answer(TEXTS.silence, TEXTS.silenceWhy, "quiet");
  if (reason === "unknown") return answer(TEXTS.unknown, TEXTS.unknownWhy, "quiet");
  return answer(TEXTS.lowConfidence(label), TEXTS.lowConfidenceWhy(confidence), "quiet");
}

function fail(error) {
  element("inspection").hidden = true;
  say(element("answer"), TEXTS.notHeard, error.message, "quiet");
}

async function record() {
  const made = new Recorder({ onLevels: showRecording, onEnd: takeRecording });
  element("record").disabled = true; // until the microphone is open, or is not
  question.abort();
  timeline.pause();
  try {
    await made.start();
    if (element("recording").hidden) return made.cancel();
    recorder = made;
    element("record").textContent = TEXTS.stop;
    element("recording-now").hidden = false;
    element("inspection").hidden = true;
    showRecording([], 0);
    say(element("answer"), TEXTS.recording, TEXTS.recordingLimit, "quiet");
  } catch (error) {
    fail(error);
  } finally {
    element("record").disabled = false;
  }
}

function showRecording(newest, seconds) {
  levels = newest.slice(-STRIP_CHUNKS);
  element("record-time").textContent = TEXTS.clock(seconds);
  drawRecording();
}

function drawRecording() {
  drawStrip(element("record-strip"), levels, [], STRIP_CHUNKS, 0);
}

function takeRecording(file, error) {
  endRecording();
  if (error) return fail(error);
  ownFile = file;
  hear(file);
}

function endRecording() {
  recorder = null;
  element("record").textContent = TEXTS.record;
  element("recording-now").hidden = true;
}

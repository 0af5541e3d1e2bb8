// The live view: the words that the service hears in the microphone as they are spoken.

import { onRedraw } from "./canvas.js";
import { drawStrip } from "./drawings.js";
import { element, isCommand, labelName, make, ordered, say } from "./elements.js";
import { openMicrophone, showLevel } from "./microphone.js";
import * as service from "./service.js";
import { Stream } from "./stream.js";
import { TEXTS } from "./texts.js";

const CHUNK_SECONDS = 0.1;
const STRIP_CHUNKS = 100; // ten seconds
const N_WORDS = 8; // of the history
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)"); // then the strip moves once a second

let microphone = null; // while it listens
let stream = null;
let nChunks = 0; // heard since it began to listen: the clock of this view
let openedAt = 0; // the chunk with which the present stream began: the service counts from there
let levels = []; // dB, of the last chunks
let words = []; // {word, conf, start, end}, the last first, in seconds of the clock
let vocabulary = "";
let bars = new Map(); // label -> {row, bar, number}

export function startLive() {
  element("listen").onclick = () => (microphone ? stop() : listen());
  element("threshold").oninput = applyThreshold;
  onRedraw(element("strip"), draw);
  showVocabulary(TEXTS.beforeListening);
  tell(TEXTS.notListening);
  showHistory();
  service.labels().then(prepare, fail);
  return { leave: () => microphone && stop() };
}

function prepare({ labels, threshold }) {
  bars = new Map(ordered(labels).map((label) => [label, makeBar(label)]));
  element("bars").replaceChildren(...[...bars.values()].map(({ row }) => row));
  element("threshold").value = threshold;
  applyThreshold();
  vocabulary = labels.filter(isCommand).join(" ");
  if (!microphone) showVocabulary(TEXTS.beforeListening);
}

const showVocabulary = (caption) => say(element("heard"), vocabulary, caption, "quiet");

function makeBar(label) {
  const [bar, number] = [make("div"), make("span", { textContent: TEXTS.wholePercent(0) })];
  const row = make("li", {}, make("span", { textContent: labelName(label) }), make("div", {}, bar), number);
  row.classList.toggle("is-command", isCommand(label));
  return { row, bar, number };
}

async function listen() {
  element("listen").disabled = true; // until the microphone is open, or is not
  tell(TEXTS.opening);
  try {
    const opened = await openMicrophone(hear, fail);
    if (element("live-view").hidden) return opened.close();
    begin(opened);
  } catch (error) {
    fail(error);
  } finally {
    element("listen").disabled = false;
  }
}

function begin(opened) {
  microphone = opened;
  [nChunks, openedAt, levels, words] = [0, 0, [], []];
  element("listen").textContent = TEXTS.stopListening;
  showVocabulary(TEXTS.sayOne);
  showHistory();
  tell(TEXTS.connecting);
  const config = { sample_rate: microphone.sampleRate, threshold: element("threshold").valueAsNumber };
  stream = new Stream(config, { onOpen, onPartial: showPosteriors, onWord, onLost });
}

function stop() {
  microphone.close();
  stream.end(); // what it still heard comes back
  [microphone, stream] = [null, null];
  element("listen").textContent = TEXTS.listen;
  tell(TEXTS.notListening);
  if (!words.length) showVocabulary(TEXTS.beforeListening);
  showLevel(element("live-meter"), null);
  showPosteriors({ posteriors: {} });
}

/** Switch the microphone off after an error, and show it. */
function fail(error) {
  if (microphone) stop();
  tell(error.message);
}

function hear({ samples, level }) {
  nChunks += 1;
  levels = [...levels, level].slice(-STRIP_CHUNKS);
  showLevel(element("live-meter"), level);
  if (!stream.send(samples)) tell(TEXTS.tooSlow);
  if (!CALM.matches || nChunks % 10 === 0) draw();
}

function onOpen() {
  openedAt = nChunks;
  tell(TEXTS.listening);
}

function onLost(text, waitSeconds) {
  if (waitSeconds === null) fail(new Error(text));
  else tell(`${text} ${TEXTS.again(waitSeconds)}`);
}

function onWord({ word, conf, start, end }) {
  const before = openedAt * CHUNK_SECONDS;
  words = [{ word, conf, start: before + start, end: before + end }, ...words].slice(0, N_WORDS);
  say(element("heard"), word, TEXTS.sure(conf), "fresh");
  showHistory();
  draw();
}

function showHistory() {
  const item = ({ word, conf, end }) =>
    make(
      "li",
      {},
      make("time", { textContent: TEXTS.clock(end) }),
      make("b", { textContent: word }),
      make("span", { textContent: TEXTS.percent(conf) }),
    );
  const nothing = make("li", { className: "nothing", textContent: TEXTS.nothingYet });
  element("history").replaceChildren(...(words.length ? words.map(item) : [nothing]));
}

function showPosteriors({ posteriors }) {
  const threshold = element("threshold").valueAsNumber;
  for (const [label, { row, bar, number }] of bars) {
    const posterior = posteriors[label] ?? 0;
    bar.style.transform = `scaleX(${posterior})`;
    number.textContent = TEXTS.wholePercent(posterior);
    row.classList.toggle("is-heard", posterior >= threshold && isCommand(label));
  }
}

function applyThreshold() {
  const threshold = element("threshold").valueAsNumber;
  element("threshold-value").textContent = TEXTS.wholePercent(threshold);
  element("bars").style.setProperty("--threshold", threshold);
  if (stream) stream.threshold = threshold;
}

function draw() {
  const first = nChunks - levels.length;
  const shown = words.map(({ word, start, end }) => ({
    word,
    start: start / CHUNK_SECONDS - first,
    end: end / CHUNK_SECONDS - first,
  }));
  const seen = shown.filter(({ end }) => end > 0).reverse(); // in the order of time
  drawStrip(element("strip"), levels, seen, STRIP_CHUNKS);
  element("strip").ariaLabel = TEXTS.stripWords(seen.map(({ word }) => word));
}

const tell = (text) => (element("state").textContent = text);

// The listen view: the words that the service hears in the microphone as they are spoken.

import { onRedraw } from "./canvas.js";
import { drawStrip } from "./drawings.js";
import { element, isCommand, labelName, make, ordered, say } from "./elements.js";
import { hearing } from "./hearing.js";
import { showLevel } from "./microphone.js";
import * as service from "./service.js";
import { TEXTS } from "./texts.js";

const STRIP_CHUNKS = 100; // ten seconds
const CHUNKS_PER_SECOND = 10;
const N_WORDS = 8; // of the history
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)"); // then the strip moves once a second

let unsubscribe = null; // while this view listens
let nChunks = 0; // heard since it began to listen
let levels = []; // dB, of the last chunks
let words = []; // {word, conf, start, end}, the last first, in seconds of the clock
let vocabulary = "";
let bars = new Map(); // label -> {row, bar, number}

export function mount() {
  element("listen-button").onclick = () => (hearing.isOn ? hearing.stop() : listen());
  element("threshold").oninput = applyThreshold;
  onRedraw(element("strip"), draw);
  showVocabulary(TEXTS.beforeListening);
  tell(TEXTS.notListening);
  showHistory();
  service.labels().then(prepare, (error) => tell(error.message));
}

function prepare({ labels, threshold }) {
  bars = new Map(ordered(labels).map((label) => [label, makeBar(label)]));
  element("bars").replaceChildren(...[...bars.values()].map(({ row }) => row));
  element("threshold").value = threshold;
  applyThreshold();
  vocabulary = labels.filter(isCommand).join(" ");
  if (!hearing.isOn) showVocabulary(TEXTS.beforeListening);
}

const showVocabulary = (caption) => say(element("heard"), vocabulary, caption, "quiet");

function makeBar(label) {
  const [bar, number] = [make("div"), make("span", { textContent: TEXTS.wholePercent(0) })];
  const row = make("li", {}, make("span", { textContent: labelName(label) }), make("div", {}, bar), number);
  row.classList.toggle("is-command", isCommand(label));
  return { row, bar, number };
}

function listen() {
  [nChunks, levels, words] = [0, [], []];
  showHistory();
  unsubscribe?.(); // from the stream before, whose last words may still come
  unsubscribe = hearing.subscribe({ onState, onSound, onPosteriors, onWord });
  hearing.start({ threshold: element("threshold").valueAsNumber });
}

function onState(state, text) {
  tell(text);
  element("listen-button").textContent = hearing.isOn ? TEXTS.stopListening : TEXTS.listen;
  if (state === "opening") showVocabulary(TEXTS.sayOne);
  if (!hearing.isOn) rest();
}

function rest() {
  if (!words.length) showVocabulary(TEXTS.beforeListening);
  showLevel(element("live-meter"), null);
  onPosteriors({});
}

function onSound({ level }) {
  nChunks += 1;
  levels = [...levels, level].slice(-STRIP_CHUNKS);
  showLevel(element("live-meter"), level);
  if (!CALM.matches || nChunks % CHUNKS_PER_SECOND === 0) draw();
}

function onWord(word) {
  words = [word, ...words].slice(0, N_WORDS);
  say(element("heard"), word.word, TEXTS.sure(word.conf), "fresh");
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

function onPosteriors(posteriors) {
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
  hearing.configure({ threshold });
}

function draw() {
  const first = nChunks - levels.length;
  const shown = words.map(({ word, start, end }) => ({
    word,
    start: start * CHUNKS_PER_SECOND - first,
    end: end * CHUNKS_PER_SECOND - first,
  }));
  const seen = shown.filter(({ end }) => end > 0).reverse(); // in the order of time
  drawStrip(element("strip"), levels, seen, STRIP_CHUNKS);
  element("strip").ariaLabel = TEXTS.stripWords(seen.map(({ word }) => word));
}

const tell = (text) => (element("state").textContent = text);

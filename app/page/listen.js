// The listen view: the words that the service hears in the microphone as they are spoken.

import { onRedraw } from "./canvas.js";
import { drawStrip } from "./drawings.js";
import { element, isCommand, make, say, sure } from "./elements.js";
import { hearing } from "./hearing.js";
import * as service from "./service.js";
import { TEXTS } from "./texts.js";

const STRIP_CHUNKS = 100; // ten seconds
const CHUNKS_PER_SECOND = 10;
const N_WORDS = 12; // of the history
const RING_DB = 50; // below full scale, the ring begins
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)"); // then the strip moves once a second

let unsubscribe = null; // while this view listens
let nChunks = 0; // heard since it began to listen
let levels = []; // dB, of the last chunks
let words = []; // {word, conf, start, end}, the last first, in seconds of the clock
let invited = ""; // the word that the view asks for before any was heard
let usual = 0.5; // the model's own threshold
let bars = new Map(); // label -> {row, bar, number}

export function mount() {
  element("listen-button").onclick = () => (hearing.isOn ? hearing.stop() : listen());
  element("threshold").oninput = applyThreshold;
  onRedraw(element("strip"), draw);
  invite();
  tell(TEXTS.notListening);
  showHistory();
  const load = () => service.labels().then(prepare, (error) => tell(error.message));
  document.addEventListener("model", () => load().then(() => hearing.configure({ model: service.chosenModel() })));
  load();
}

function prepare({ labels, threshold }) {
  const commands = labels.filter(isCommand);
  bars = new Map(commands.map((label) => [label, makeBar(label)]));
  element("bars").replaceChildren(...[...bars.values()].map(({ row }) => row));
  usual = threshold;
  element("threshold").value = threshold;
  applyThreshold();
  invited = commands[Math.floor(Math.random() * commands.length)];
  if (!words.length) invite();
}

/** Ask for a word. */
function invite() {
  const words = invited ? TEXTS.sayWord(invited) : "";
  say(element("heard"), words, hearing.isOn ? TEXTS.sayOne : TEXTS.beforeListening, "quiet");
}

function makeBar(label) {
  const [bar, number] = [make("div"), make("span", { className: "number" })];
  return { row: make("li", {}, bar, make("span", { textContent: label }), number), bar, number };
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
  element("listen-label").textContent = hearing.isOn ? TEXTS.stopListening : TEXTS.listen;
  element("listen-button").classList.toggle("on", hearing.isOn);
  if (!words.length) invite();
  if (hearing.isOn) return;
  showRing(0);
  onPosteriors({});
}

/** Draw a ring around the button, as wide as the sound is loud. */
function showRing(share) {
  element("listen-button").style.setProperty("--level", share);
}

function onSound({ level }) {
  nChunks += 1;
  levels = [...levels, level].slice(-STRIP_CHUNKS);
  showRing(Math.max(0, Math.min(1, 1 + level / RING_DB)));
  if (!CALM.matches || nChunks % CHUNKS_PER_SECOND === 0) draw();
}

function onWord(word) {
  words = [word, ...words].slice(0, N_WORDS);
  say(element("heard"), word.word, sure(word.conf), "fresh");
  mark(word);
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
  for (const [label, { bar }] of bars) bar.style.transform = `scaleX(${posteriors[label] ?? 0})`;
}

/** Mark the word last heard among those that can be said, with its number. */
function mark({ word, conf }) {
  for (const [label, { row, number }] of bars) {
    row.classList.toggle("is-heard", label === word);
    number.textContent = label === word ? TEXTS.percent(conf) : "";
  }
}

function applyThreshold() {
  const threshold = element("threshold").valueAsNumber;
  element("threshold-value").textContent = TEXTS.wholePercent(threshold);
  element("threshold-meaning").textContent = TEXTS.thresholdMeaning(threshold, usual);
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

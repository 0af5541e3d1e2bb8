// The teach view: words of one's own, from three recordings or from their text.

import { drawEnvelope } from "./drawings.js";
import { element, make } from "./elements.js";
import { hearing } from "./hearing.js";
import { openMicrophone } from "./microphone.js";
import * as service from "./service.js";
import { TakeCutter } from "./take_cutter.js";
import { TEXTS } from "./texts.js";
import { wav } from "./wav.js";

const N_TAKES = 3;
const N_COLUMNS = 120; // of a take's picture
const FULL_SCALE = 32768;
const HOLD_MS = 1000; // for which the meter keeps a word that was heard

const texts = TEXTS.teach;
let known = new Map(); // word -> what the service says of it
let lesson = null; // {word, microphone, nGood, isBusy} while a word is being said
let tried = ""; // the word that the meter shows
let nHeard = 0;
let heldUntil = 0;
let unsubscribe = null;

export function mount() {
  element("teach-word").placeholder = texts.placeholder;
  element("teach-word").oninput = nameButton;
  element("lesson").onsubmit = (event) => {
    event.preventDefault();
    if (lesson) endLesson(texts.hint);
    else beginLesson().catch(fail);
  };
  element("teach-text").onclick = () => element("lesson").reportValidity() && teachText().catch(fail);
  element("trial-button").onclick = () => (hearing.isOn ? hearing.stop() : tryWord(tried));
  element("export").onclick = () => exportWords().catch(fail);
  element("import").onchange = () => importWords(element("import")).catch(fail);
  return { enter: () => refresh().catch(fail), leave: () => lesson && endLesson(texts.hint) };
}

const typedWord = () => element("teach-word").value.trim().toLowerCase();

const tell = (text) => (element("teach-state").textContent = text);

const fail = (error) => endLesson(error.message);

/** Learn anew which words there are, and tell the other views. */
async function refresh(haveChanged = false) {
  const { words, teaching, reason, voices } = await service.taughtWords();
  known = new Map(words.map((word) => [word.word, word]));
  element("taught").replaceChildren(...(words.length ? words.map(row) : [make("li", {}, texts.none)]));
  for (const control of [...element("lesson").elements, element("import")]) control.disabled = !teaching;
  element("teach-text").disabled = !teaching || !voices;
  element("export").disabled = !words.length;
  if (!teaching) tell(texts.cannot(reason));
  nameButton();
  if (haveChanged) document.dispatchEvent(new Event("model")); // the labels are others now
}

function nameButton() {
  const idle = known.has(typedWord()) ? texts.more : texts.say;
  element("teach-say").textContent = lesson ? texts.stop : idle;
}

async function beginLesson() {
  const word = typedWord();
  hearing.stop();
  element("trial").hidden = true;
  element("takes").replaceChildren();
  const cutter = new TakeCutter();
  lesson = { word, microphone: null, nGood: 0, isBusy: false };
  const begun = lesson;
  nameButton();
  tell(TEXTS.opening);
  const microphone = await openMicrophone((chunk) => {
    const chunks = begun.isBusy ? null : cutter.add(chunk);
    if (chunks) learn(begun, chunks).catch(fail);
  }, fail);
  if (lesson !== begun || element("teach").hidden) return microphone.close();
  lesson.microphone = microphone;
  askForTake();
}

const askForTake = () => tell(texts.sayNow(lesson.word, lesson.nGood + 1, N_TAKES));

function endLesson(text) {
  lesson?.microphone?.close();
  lesson = null;
  nameButton();
  tell(text);
}

/** Teach what was said, and say what is wrong with it if the service refuses it. */
async function learn(begun, chunks) {
  begun.isBusy = true;
  tell(texts.checking);
  const number = element("takes").children.length + 1;
  const file = wav(chunks, begun.microphone.sampleRate, texts.fileName(begun.word, number));
  const verdict = showTake(file, chunks, number);
  try {
    const word = await service.teachTake(begun.word, file, known.has(begun.word));
    known.set(word.word, word);
    begun.nGood += 1;
    verdict.textContent = texts.good;
  } catch (error) {
    if (error.status !== 422) throw error;
    verdict.textContent = error.message;
    verdict.parentElement.classList.add("bad");
  }
  if (lesson !== begun) return refresh(true);
  begun.isBusy = false;
  if (begun.nGood < N_TAKES) askForTake();
  else await finish(begun.word);
}

async function teachText() {
  const word = typedWord();
  hearing.stop();
  element("takes").replaceChildren();
  tell(texts.speaking);
  const taught = await service.teachText(word);
  await finish(taught.word);
}

/** Let the word that was taught be tried at once. */
async function finish(word) {
  endLesson(texts.done(word));
  await refresh(true);
  tryWord(word);
}

/** Show a take as a picture that can be heard; returns where its verdict goes. */
function showTake(file, chunks, number) {
  const [canvas, verdict] = [make("canvas"), make("span", { className: "verdict" })];
  const sound = new Audio(URL.createObjectURL(file));
  const play = make("button", { type: "button", ariaLabel: texts.play(number), onclick: () => sound.play() }, canvas);
  element("takes").append(make("li", {}, play, verdict));
  const columns = envelope(chunks.flatMap((chunk) => [...chunk]));
  drawEnvelope(canvas, columns, Math.max(1 / FULL_SCALE, ...columns.flat().map(Math.abs)));
  return verdict;
}

/** The least and the greatest sample of equal parts. */
function envelope(samples) {
  const width = Math.ceil(samples.length / N_COLUMNS);
  return Array.from({ length: Math.ceil(samples.length / width) }, (_, column) => {
    const part = samples.slice(column * width, (column + 1) * width);
    return [Math.min(...part) / FULL_SCALE, Math.max(...part) / FULL_SCALE];
  });
}

function tryWord(word) {
  [tried, nHeard] = [word, 0];
  element("trial").hidden = false;
  element("trial-word").textContent = word;
  element("trial-meter").ariaLabel = texts.meter(word);
  showHeard();
  unsubscribe?.();
  unsubscribe = hearing.subscribe({
    onPosteriors: (posteriors) => {
      if (Date.now() > heldUntil) element("trial-meter").value = posteriors[word] ?? 0;
    },
    onWord: (heard) => {
      if (heard.word !== word) return;
      nHeard += 1;
      heldUntil = Date.now() + HOLD_MS;
      element("trial-meter").value = heard.conf;
      showHeard();
    },
    onState: (state, text) => {
      element("trial-button").textContent = hearing.isOn ? texts.stopTrying : texts.tryIt;
      if (state === "failed") tell(text);
      if (!hearing.isOn) element("trial-meter").value = 0;
    },
  });
  hearing.start();
}

const showHeard = () => (element("trial-count").textContent = texts.heard(nHeard));

/** A word that was taught, what is known of it, and what can be done with it. */
function row(taught) {
  const { word, recordings, source, recall, look_alikes: alike } = taught;
  const about = [
    texts.source(recordings.length, source !== "recordings"),
    recordings.length > 0 && recall !== null && texts.recall(recall),
    alike.length && texts.alike(alike.map((other) => other.word)),
  ];
  const button = (text, onclick) => make("button", { type: "button", onclick }, text);
  const actions = [
    button(texts.tryIt, () => tryWord(word)),
    button(texts.rename, () => rename(word).catch(fail)),
    button(texts.forget, () => forget(word).catch(fail)),
  ];
  if (recordings.length) actions.unshift(button(texts.playFirst, () => playTake(recordings).catch(fail)));
  for (const action of actions) action.ariaLabel = `${action.textContent}: ${word}`;
  const facts = make("span", { className: "note" }, about.filter(Boolean).join(TEXTS.separator));
  return make("li", {}, make("b", {}, word), facts, make("div", { className: "actions" }, ...actions));
}

async function playTake(recordings) {
  const file = await service.takeOf(recordings.at(-1));
  await new Audio(URL.createObjectURL(file)).play();
}

async function rename(word) {
  const name = window.prompt(texts.newName(word), word);
  if (!name || name === word) return;
  await service.renameWord(word, name);
  await refresh(true);
}

async function forget(word) {
  if (!window.confirm(texts.sureToForget(word))) return;
  await service.forgetWord(word);
  if (word === tried) {
    hearing.stop();
    element("trial").hidden = true;
  }
  await refresh(true);
  tell(texts.forgotten(word));
}

async function exportWords() {
  const link = make("a", { href: URL.createObjectURL(await service.exportWords()), download: "heed-words.zip" });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function importWords(input) {
  const [file] = input.files;
  input.value = ""; // the same file can be chosen again
  if (!file) return;
  const { words } = await service.importWords(file);
  await refresh(true);
  tell(texts.imported(words.map(({ word }) => word)));
}

// Show the guided round: the word to say now, and at the end what was heard and whether the room is fit for it.

import { element, make } from "./elements.js";
import { hearing } from "./hearing.js";
import { Room } from "./room.js";
import { LIMIT_SECONDS, Round } from "./round.js";
import { TEXTS } from "./texts.js";

const texts = TEXTS.play;
let words = [];
let round = null; // while it runs
let room = null;
let isConnected = false;
let unsubscribe = null;

/**
 * onBegin is called before a round, to stop what else is going on. Returns offer(words), to be called with the words
 * that the model knows, and tell(text).
 */
export function mountRound(onBegin) {
  element("round-button").onclick = () => {
    if (round) return hearing.stop();
    onBegin();
    begin();
  };
  element("round-skip").onclick = skip;
  element("round-time").max = LIMIT_SECONDS;
  tell(texts.roundHint);
  return { offer, tell };
}

function offer(known) {
  words = known;
  element("round-button").disabled = words.length === 0;
}

const tell = (text) => (element("round-state").textContent = text);

function begin() {
  [round, room, isConnected] = [new Round(words), new Room(), false];
  element("round-result").hidden = true;
  element("round-button").textContent = texts.endRound;
  unsubscribe?.();
  unsubscribe = hearing.subscribe({ onState, onSound, onWord });
  hearing.start();
}

function onState(state, text) {
  isConnected = state === "on";
  if (!isConnected) tell(text);
  if (!hearing.isOn) end();
  else if (isConnected && round && !round.asked) ask(round.next(hearing.seconds));
}

function onSound(chunk) {
  if (!round || !isConnected) return;
  room.add(chunk);
  if (round.tick(hearing.seconds)) ask();
  else element("round-time").value = LIMIT_SECONDS - (hearing.seconds - round.asked.askedAt);
}

function onWord(word) {
  if (round?.hear(word, hearing.seconds)) ask();
}

function skip() {
  round.next(hearing.seconds);
  ask();
}

/** Show the word that is asked for now, and what was heard for the one before. */
function ask() {
  if (round.isOver) return finish();
  const [before] = round.rows.slice(-2, -1);
  element("round-skip").hidden = false;
  element("round-word").textContent = round.asked.word;
  element("round-time").value = LIMIT_SECONDS;
  const progress = texts.progress(round.rows.length, round.words.length);
  tell([texts.sayNow(round.asked.word), progress, before && texts.before(before)].filter(Boolean).join(TEXTS.separator));
}

function finish() {
  const { rows } = round;
  const judged = room.judge();
  round = null;
  hearing.stop();
  const nRight = rows.filter(({ word, heard }) => word === heard).length;
  tell(`${texts.roundDone(nRight, rows.length)} ${texts.advice[judged.verdict]} ${texts.levels(judged)}`);
  element("round-rows").replaceChildren(...rows.map(tableRow));
  element("round-result").hidden = false;
}

/** Put the view back as it was before the round. */
function end() {
  round = null;
  unsubscribe?.();
  element("round-word").textContent = "";
  if (document.activeElement === element("round-skip")) element("round-button").focus(); // it goes
  element("round-skip").hidden = true;
  element("round-time").value = 0;
  element("round-button").textContent = texts.beginRound;
}

function tableRow({ word, heard, confidence, reaction }) {
  const cell = (text) => make("td", {}, text);
  const facts = heard ? [heard, TEXTS.percent(confidence), texts.seconds(reaction)] : [texts.notHeard, "–", "–"];
  const row = make("tr", {}, make("th", { scope: "row" }, word), ...facts.map(cell));
  row.classList.toggle("missed", heard !== word);
  return row;
}

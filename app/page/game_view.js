// Show the game, and steer it by voice, by keys or by taps.

import { onRedraw } from "./canvas.js";
import { element } from "./elements.js";
import { drawGame } from "./game_picture.js";
import { COMMANDS, Game, SIZE } from "./game.js";
import { hearing } from "./hearing.js";
import { TEXTS } from "./texts.js";

const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const LONGEST_FRAME_MS = 100; // a hidden tab shows no frames, and no time shall pass there
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)"); // then the dot jumps from cell to cell
const EXAMPLE = new Game(() => 0); // shown before the first game

const texts = TEXTS.play;
let game = null; // null before the first
let isByVoice = false;
let isRunning = false; // else it is paused, or over, or the microphone is being opened
let lastFrame = 0;
let told = ""; // of where the target is
let best = 0;
let unsubscribe = null;

/** Returns offer(words), to be called with the words that the model knows, tell(text) and pause(). */
export function mountGame() {
  element("game-voice").onclick = () => begin(true);
  element("game-keys").onclick = () => begin(false);
  element("game-pause").onclick = () => (isRunning ? pause() : resume());
  element("board").onkeydown = onKey;
  element("board").onpointerdown = onTap;
  onRedraw(element("board"), draw);
  showFigures();
  return { offer, tell, pause };
}

function offer(words) {
  const missing = COMMANDS.filter((command) => !words.includes(command));
  element("game-voice").disabled = missing.length > 0;
  tell(missing.length ? texts.lacks(missing) : texts.gameHint);
}

const tell = (text) => (element("game-state").textContent = text);

function begin(byVoice) {
  hearing.stop(); // whatever else was going on
  stand();
  [game, isByVoice] = [new Game(), byVoice];
  element("game-order").textContent = "";
  draw();
  resume();
}

function resume() {
  element("board").focus(); // which gets the keys
  if (!isByVoice) return run();
  unsubscribe?.();
  unsubscribe = hearing.subscribe({ onState, onWord });
  hearing.start({ phrase_list: COMMANDS });
}

/** Pause; the microphone is off meanwhile. */
function pause() {
  if (isByVoice) hearing.stop();
  if (!isRunning) return;
  stand();
  tell(texts.paused);
}

function onState(state, text) {
  if (state === "on") return run();
  stand();
  tell(state === "off" ? texts.paused : text);
  if (!hearing.isOn) unsubscribe(); // another view may start it
}

function run() {
  if (isRunning || game.isOver) return;
  [isRunning, told] = [true, ""];
  showButtons();
  tellPlaces();
  lastFrame = performance.now();
  requestAnimationFrame(frame);
}

function stand() {
  isRunning = false;
  showButtons();
}

function showButtons() {
  element("game-pause").hidden = !game || game.isOver;
  element("game-pause").textContent = isRunning ? texts.pause : texts.goOn;
  for (const start of ["game-voice", "game-keys"]) element(start).hidden = isRunning;
}

function frame(time) {
  if (!isRunning) return;
  game.advance(Math.max(0, Math.min(LONGEST_FRAME_MS, time - lastFrame)));
  lastFrame = time;
  draw();
  if (game.isOver) finish();
  else requestAnimationFrame(frame);
}

function onWord({ word, start }) {
  if (isRunning) follow(word, 1000 * (hearing.seconds - start));
}

function follow(command, agoMs = 0) {
  game.order(command, agoMs);
  element("game-order").textContent = command;
}

function onKey(event) {
  if (event.key === "Escape" && isRunning) pause();
  else if (isRunning && event.key in KEYS) follow(KEYS[event.key]);
  else if (event.key === " " && isRunning) follow(game.isMoving ? "stop" : "go");
  else if (event.key === " " && game && !game.isOver) resume();
  else return;
  event.preventDefault(); // the page would scroll
}

/** Send the dot to where the board was tapped; a tap on the dot stops it, or sets it off. */
function onTap({ offsetX, offsetY }) {
  if (!isRunning) return;
  const cell = element("board").clientWidth / SIZE;
  const [right, down] = [offsetX / cell - 0.5 - game.cell[0], offsetY / cell - 0.5 - game.cell[1]];
  if (Math.max(Math.abs(right), Math.abs(down)) < 0.5) follow(game.isMoving ? "stop" : "go");
  else if (Math.abs(right) > Math.abs(down)) follow(right > 0 ? "right" : "left");
  else follow(down > 0 ? "down" : "up");
}

function finish() {
  stand();
  if (isByVoice) hearing.stop();
  const isBest = game.points > best;
  best = Math.max(best, game.points);
  tell(texts.gameOver(game, best, isBest));
  element("game-order").textContent = "";
}

function draw() {
  drawGame(element("board"), game ?? EXAMPLE, CALM.matches);
  if (!game) return;
  showFigures();
  if (isRunning) tellPlaces();
}

function showFigures() {
  const { leftMs, hits, points, reactions } = game ?? EXAMPLE;
  element("game-left").textContent = texts.secondsLeft(leftMs);
  element("game-hits").textContent = hits;
  element("game-points").textContent = points;
  element("game-reaction").textContent = texts.reaction(reactions);
}

/** Say where the target is, and where the dot stands, for those who don't see it. */
function tellPlaces() {
  const text = texts.places(game);
  if (text !== told) tell(text);
  told = text;
}

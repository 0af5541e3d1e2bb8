// Play a sound file: a button, and a cursor that moves along.

import { TEXTS } from "./texts.js";

const STEP_SECONDS = 0.1; // of an arrow key

export class Player {
  #audio = new Audio();
  #button;
  #onTime;

  /** onTime(seconds) is called as often as the screen is drawn while it plays, and after each jump. */
  constructor(button, onTime) {
    this.#button = button;
    this.#onTime = onTime;
    button.onclick = () => (this.#audio.paused ? this.#audio.play().catch(() => {}) : this.pause());
    button.onkeydown = (event) => this.#step(event);
    for (const name of ["play", "pause", "ended"]) this.#audio.addEventListener(name, () => this.#show());
    this.#audio.onseeked = () => onTime(this.#audio.currentTime);
    this.#audio.onerror = () => this.#setPlayable(false);
  }

  load(file) {
    URL.revokeObjectURL(this.#audio.src);
    this.#setPlayable(true);
    this.#audio.src = URL.createObjectURL(file);
    this.#onTime(0);
    this.#show();
  }

  pause() {
    this.#audio.pause();
  }

  seek(seconds) {
    this.#audio.currentTime = Math.max(0, seconds);
  }

  #step(event) {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    this.seek(this.#audio.currentTime + direction * STEP_SECONDS);
  }

  #setPlayable(isPlayable) {
    this.#button.disabled = !isPlayable;
    this.#button.title = isPlayable ? "" : TEXTS.unplayable;
  }

  #show() {
    const isPlaying = !this.#audio.paused;
    this.#button.classList.toggle("playing", isPlaying);
    this.#button.ariaLabel = isPlaying ? TEXTS.pause : TEXTS.playRecording;
    if (isPlaying) requestAnimationFrame(() => this.#follow());
  }

  #follow() {
    if (this.#audio.paused) return;
    this.#onTime(this.#audio.currentTime);
    requestAnimationFrame(() => this.#follow());
  }
}

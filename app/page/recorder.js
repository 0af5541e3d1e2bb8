// Record the microphone into a WAV file, until the person pauses or stops it, or until it is full.

import { openMicrophone } from "./microphone.js";
import { TEXTS } from "./texts.js";
import { wav } from "./wav.js";

const LIMIT_SECONDS = 60; // what the service takes unless it is set up otherwise
const PAUSE_CHUNKS = 20; // of 100 ms, after which a recording is over
const BEGINNING_CHUNKS = 3; // before them some microphones give no sound
const FLOOR_CHUNKS = 50; // the quietest of these is the noise of the room,
const ABOVE_FLOOR_DB = 12; // and speech is so much louder
const LEAST_FLOOR_DB = -65;

export class Recorder {
  #chunks = [];
  #nSamples = 0;
  #levels = [];
  #microphone;

  /** onLevels([dB, ...], seconds recorded) comes ten times a second, onEnd(file, error) once: either of the two. */
  constructor({ onLevels, onEnd }) {
    this.onLevels = onLevels;
    this.onEnd = onEnd;
  }

  async start() {
    this.#microphone = await openMicrophone(
      (chunk) => this.#add(chunk),
      (error) => this.onEnd(null, error),
    );
  }

  stop() {
    this.#microphone.close();
    this.onEnd(wav(this.#chunks, this.#microphone.sampleRate, TEXTS.recordingFile(new Date())), null);
  }

  /** Stop and drop the recording. */
  cancel() {
    this.#microphone.close();
  }

  #add({ samples, level }) {
    this.#chunks.push(samples);
    this.#nSamples += samples.length;
    const seconds = this.#nSamples / this.#microphone.sampleRate;
    this.#levels.push(level);
    this.onLevels(this.#levels, seconds);
    if (seconds >= LIMIT_SECONDS || this.#isOver()) this.stop();
  }

  /** Say whether something was said and a pause follows it. */
  #isOver() {
    const levels = this.#levels.slice(BEGINNING_CHUNKS);
    if (levels.length <= PAUSE_CHUNKS) return false;
    const quiet = Math.max(LEAST_FLOOR_DB, Math.min(...levels.slice(-FLOOR_CHUNKS))) + ABOVE_FLOOR_DB;
    const isSpeech = (level) => level > quiet;
    return levels.some(isSpeech) && !levels.slice(-PAUSE_CHUNKS).some(isSpeech);
  }
}

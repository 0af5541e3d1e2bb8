// Record the microphone into a WAV file, until the next click or until the recording is full.

import { openMicrophone } from "./microphone.js";
import { TEXTS } from "./texts.js";
import { wav } from "./wav.js";

export const LIMIT_SECONDS = 60; // what the service takes unless it is set up otherwise

export class Recorder {
  #chunks = [];
  #nSamples = 0;
  #microphone;

  /** onLevel(dB, seconds recorded) comes ten times a second, onEnd(file, error) once: either of the two. */
  constructor({ onLevel, onEnd }) {
    this.onLevel = onLevel;
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
    this.onEnd(wav(this.#chunks, this.#microphone.sampleRate, TEXTS.recordingFile), null);
  }

  /** Stop and drop the recording. */
  cancel() {
    this.#microphone.close();
  }

  #add({ samples, level }) {
    this.#chunks.push(samples);
    this.#nSamples += samples.length;
    const seconds = this.#nSamples / this.#microphone.sampleRate;
    this.onLevel(level, seconds);
    if (seconds >= LIMIT_SECONDS) this.stop();
  }
}

// Cut words out of the microphone's sound, each with a moment of quiet before and after it.

const BEGINNING_CHUNKS = 3; // before them some microphones give no sound
const FLOOR_CHUNKS = 30; // of 100 ms; the quietest of them is the noise of the room,
const ABOVE_FLOOR_DB = 10; // and speech is so much louder
const LEAST_FLOOR_DB = -60;
const AROUND_CHUNKS = 4; // of quiet, that a take begins and ends with
const MOST_CHUNKS = 29; // the service takes three seconds

export class TakeCutter {
  #chunks = []; // {samples, level}, of the take that is coming
  #levels = [];
  #nQuiet = 0; // chunks since something was said; Infinity before anything was

  constructor() {
    this.#begin();
  }

  /** Take in the next chunk; returns the chunks of samples of a take that is over with it, or null. */
  add(chunk) {
    this.#levels = [...this.#levels, chunk.level].slice(-FLOOR_CHUNKS - BEGINNING_CHUNKS);
    this.#chunks.push(chunk);
    if (this.#isSpeech(chunk.level)) this.#nQuiet = 0;
    else this.#nQuiet += 1;
    if (this.#nQuiet === Infinity) this.#chunks = this.#chunks.slice(-AROUND_CHUNKS);
    const isOver = this.#nQuiet === AROUND_CHUNKS || (this.#nQuiet !== Infinity && this.#chunks.length >= MOST_CHUNKS);
    if (!isOver) return null;
    const take = this.#chunks.map(({ samples }) => samples);
    this.#begin();
    return take;
  }

  #begin() {
    this.#chunks = this.#chunks.slice(-AROUND_CHUNKS);
    this.#nQuiet = Infinity;
  }

  #isSpeech(level) {
    if (this.#levels.length <= BEGINNING_CHUNKS) return false;
    const floor = Math.max(LEAST_FLOOR_DB, Math.min(...this.#levels.slice(BEGINNING_CHUNKS)));
    return level > floor + ABOVE_FLOOR_DB;
  }
}

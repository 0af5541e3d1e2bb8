// Judge a microphone and its room by the sound of a round: how loud the speech was, and how loud the rest.

const BEGINNING_CHUNKS = 3; // before them some microphones give no sound
const FULL_SCALE = 32_767;
const MOST_CLIPPED = 3; // chunks of 100 ms that may touch full scale
const LEAST_SPEECH_DB = -42; // of full scale
const LEAST_ABOVE_NOISE_DB = 15; // below it, speech drowns in the room's noise
const NO_SPEECH_DB = 6;

export class Room {
  #levels = [];
  #nClipped = 0;

  add({ samples, level }) {
    this.#levels.push(level);
    if (samples.some((sample) => Math.abs(sample) >= FULL_SCALE)) this.#nClipped += 1;
  }

  /** The verdict is "nothing", "loud", "quiet", "noisy" or "good"; the levels are in dB of full scale. */
  judge() {
    const levels = this.#levels.slice(BEGINNING_CHUNKS).sort((one, other) => one - other);
    if (!levels.length) return { verdict: "nothing", speech: -100, noise: -100 };
    const speech = levels[Math.floor(0.95 * levels.length)];
    const noise = levels[Math.floor(0.1 * levels.length)];
    return { verdict: this.#verdict(speech, speech - noise), speech, noise };
  }

  #verdict(speech, above) {
    if (above < NO_SPEECH_DB) return "nothing";
    if (this.#nClipped > MOST_CLIPPED) return "loud";
    if (speech < LEAST_SPEECH_DB) return "quiet";
    return above < LEAST_ABOVE_NOISE_DB ? "noisy" : "good";
  }
}

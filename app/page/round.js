// A round that asks for one word after the other and notes what was heard, on the clock of the sound.

export const LIMIT_SECONDS = 4; // for each word

export class Round {
  #waiting;

  /** Each row is {word, askedAt}, and once something was heard {heard, confidence, reaction}, in seconds. */
  rows = [];

  constructor(words) {
    this.words = words;
    this.#waiting = [...words];
  }

  /** The row whose word is being asked for; null before the round and after it. */
  asked = null;

  get isOver() {
    return this.asked === null && this.#waiting.length === 0;
  }

  /** Ask for the next word. */
  next(now) {
    this.asked = this.#waiting.length ? { word: this.#waiting.shift(), askedAt: now } : null;
    if (this.asked) this.rows.push(this.asked);
  }

  /** Let time pass; returns whether it asks for another word now. */
  tick(now) {
    if (!this.asked || now - this.asked.askedAt < LIMIT_SECONDS) return false;
    this.next(now);
    return true;
  }

  /** Note a word for the row that was asked when it began; returns whether it asks for another word now. */
  hear({ word, conf, start }, now) {
    const row = this.rows.findLast(({ askedAt }) => askedAt <= start);
    if (!row || row.heard) return false;
    Object.assign(row, { heard: word, confidence: conf, reaction: start - row.askedAt });
    if (row !== this.asked) return false; // its time was over, and it had begun before
    this.next(now);
    return true;
  }
}

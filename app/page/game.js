// A game of a dot on a grid that collects targets within a minute. It knows no voice, no key and no clock of its own.

export const SIZE = 7; // cells to each side
export const GAME_MS = 60_000;
export const STEP_MS = 500; // the dot moves one cell in it
export const COMMANDS = ["left", "right", "up", "down", "go", "stop"];

const MOST_AGO_MS = 2000; // that an order may have begun before it is heard
const DIAMOND_EVERY = 3; // targets
const DIAMOND_POINTS = 3;
const NEAREST = 2; // cells from the dot to a new target
const HEADINGS = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

const isSame = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;
const distance = ([x, y], [otherX, otherY]) => Math.abs(x - otherX) + Math.abs(y - otherY);
const isInside = (cell) => cell.every((place) => place >= 0 && place < SIZE);

export class Game {
  #random;
  #trail; // {at, cell}, where the dot was since when
  #nTargets = 0;
  #shownAt = null; // when the target was shown, until an order answers it

  now = 0; // ms that were played
  before = null; // the cell that the dot came from
  heading = "right";
  isMoving = false;
  target = null; // {cell, isDiamond}: a ring is taken by passing over it, a diamond by stopping on it
  hits = 0;
  points = 0;
  reactions = []; // ms from each target to the order that answered it

  constructor(random = Math.random) {
    this.#random = random;
    this.cell = [3, 3];
    this.before = this.cell;
    this.#trail = [{ at: 0, cell: this.cell }];
    this.#showTarget();
  }

  get isOver() {
    return this.now >= GAME_MS;
  }

  get leftMs() {
    return GAME_MS - this.now;
  }

  /** The share of the present step that has passed. */
  get phase() {
    return (this.now % STEP_MS) / STEP_MS;
  }

  /** Let time pass. */
  advance(milliseconds) {
    const end = Math.min(GAME_MS, this.now + milliseconds);
    while (this.now < end) {
      this.now = Math.min(end, STEP_MS * (Math.floor(this.now / STEP_MS) + 1));
      if (this.now % STEP_MS === 0) this.#step();
    }
  }

  /**
   * Follow a command that began agoMs ago. It counts from where the dot was then: to hear a word takes a while, in
   * which the dot would run too far.
   */
  order(command, agoMs = 0) {
    if (this.isOver || !COMMANDS.includes(command)) return;
    const begun = this.now - Math.min(agoMs, MOST_AGO_MS);
    this.#noteReaction(begun);
    if (this.isMoving) this.#rewind(begun);
    this.isMoving = command !== "stop";
    if (command in HEADINGS) this.heading = command;
    if (!this.isMoving && this.target.isDiamond && isSame(this.cell, this.target.cell)) this.#hit(DIAMOND_POINTS);
  }

  #step() {
    this.before = this.cell;
    if (!this.isMoving) return;
    const [x, y] = this.cell;
    const [right, down] = HEADINGS[this.heading];
    const next = [x + right, y + down];
    this.isMoving = isInside(next); // the edge stops the dot
    if (!this.isMoving) return;
    this.#moveTo(next);
  }

  #moveTo(cell) {
    this.cell = cell;
    this.#trail.push({ at: this.now, cell });
    if (!this.target.isDiamond && isSame(cell, this.target.cell)) this.#hit(1);
  }

  #rewind(begun) {
    const { cell } = this.#trail.findLast(({ at }) => at <= begun) ?? this.#trail[0];
    if (isSame(cell, this.cell)) return;
    this.before = cell;
    this.#moveTo(cell);
  }

  #hit(points) {
    this.hits += 1;
    this.points += points;
    this.#showTarget();
  }

  #showTarget() {
    this.#nTargets += 1;
    let cell;
    do cell = [this.#anyPlace(), this.#anyPlace()];
    while (distance(cell, this.cell) < NEAREST);
    this.target = { cell, isDiamond: this.#nTargets % DIAMOND_EVERY === 0 };
    this.#shownAt = this.now;
  }

  #anyPlace() {
    return Math.floor(SIZE * this.#random());
  }

  #noteReaction(begun) {
    if (this.#shownAt === null || begun < this.#shownAt) return; // it was meant for the target before
    this.reactions.push(begun - this.#shownAt);
    this.#shownAt = null;
  }
}

// Show an inspection over one time axis: waveform, MFCC, posteriors and events.

import { onRedraw } from "./canvas.js";
import { drawAxis, drawEnvelope, drawFrames, drawPosteriors } from "./drawings.js";
import { element, labelName, make, meaning, ordered, sure } from "./elements.js";
import { Player } from "./player.js";
import { TEXTS } from "./texts.js";

const LEAST_PIXELS_PER_SECOND = 48; // words that follow each other closely stay legible; what is longer scrolls
const CROWDED_SECONDS = 0.9; // at that scale, until there is room for the next word in the same line
const LABEL_ROOM = "1.4rem"; // half of the longest word, which the edges must not cut
const MOST_PIXELS = 8000; // wider canvases fail on some devices
const LEAST_PEAK = 0.02; // waveforms are drawn to their peak, but silence stays a line

export class Timeline {
  #inspection;
  #player;

  constructor() {
    this.#player = new Player(element("play-button"), (seconds) => this.#point(seconds));
    element("plot").onpointerdown = (event) => this.#seek(event);
    element("scroller").onscroll = () => this.#showEdges();
    onRedraw(element("scroller"), () => this.#draw());
  }

  show(inspection, file) {
    this.#inspection = inspection;
    this.#listEvents();
    this.#listLabels();
    this.#draw();
    this.#describe();
    element("scroller").scrollLeft = 0;
    this.#player.load(file);
  }

  pause() {
    this.#player.pause();
  }

  get #events() {
    return this.#inspection.transcription.events;
  }

  get #duration() {
    return this.#inspection.transcription.duration_seconds;
  }

  get #peak() {
    return Math.max(LEAST_PEAK, ...this.#inspection.envelope.flat().map(Math.abs));
  }

  /** The labels from top to bottom, with their place among the network's outputs. */
  get #rows() {
    const { labels } = this.#inspection;
    const heard = new Set(this.#events.map((event) => event.label));
    return ordered(labels).map((label) => ({ label, place: labels.indexOf(label), isHeard: heard.has(label) }));
  }

  #listEvents() {
    const share = (seconds) => `${(100 * seconds) / this.#duration}%`;
    const middle = ({ start_seconds: start, end_seconds: end }) => share((start + end) / 2);
    let before = { start_seconds: -Infinity }; // the last word in the lower line
    const word = (event) => {
      const time = TEXTS.eventTime(event);
      const label = meaning(make("b", { textContent: event.label }), `${event.label}: ${time}`);
      label.append(make("span", { className: "hidden", textContent: ` ${time}` }));
      const made = make("li", {}, label);
      made.style.left = `clamp(${LABEL_ROOM}, ${middle(event)}, 100% - ${LABEL_ROOM})`;
      made.classList.toggle("crowded", event.start_seconds - before.start_seconds < CROWDED_SECONDS);
      if (made.className === "") before = event;
      return made;
    };
    const band = (event) => {
      const made = make("div");
      made.style.left = share(event.start_seconds);
      made.style.width = share(event.end_seconds - event.start_seconds);
      return made;
    };
    const entry = ({ label, confidence }) => make("li", {}, make("b", { textContent: label }), sure(confidence));
    element("event-list").replaceChildren(...this.#events.map(entry));
    element("events").replaceChildren(...this.#events.map(word));
    element("bands").replaceChildren(...this.#events.map(band));
  }

  #listLabels() {
    const className = (row) => (row.isHeard ? "is-heard" : "");
    const item = (row, textContent) => make("li", { className: className(row), textContent });
    const rows = this.#rows;
    element("inspection").style.setProperty("--n-labels", rows.length);
    element("label-names").replaceChildren(...rows.map((row) => item(row, labelName(row.label))));
    element("label-peaks").replaceChildren(...rows.map((row) => item(row, this.#number(row))));
    element("peak").textContent = TEXTS.peak(this.#peak);
  }

  /** How sure heed is of a label that it heard, as everywhere; of any other there is nothing to say. */
  #number({ label }) {
    const confidences = this.#events.filter((event) => event.label === label).map((event) => event.confidence);
    return confidences.length ? TEXTS.percent(Math.max(...confidences)) : "";
  }

  #draw() {
    if (!this.#inspection || !element("scroller").clientWidth) return;
    const width = Math.min(MOST_PIXELS, this.#duration * LEAST_PIXELS_PER_SECOND);
    element("plot").style.width = `max(100%, ${width}px)`;
    const isWider = width > element("scroller").clientWidth;
    element("scroller").tabIndex = isWider ? 0 : -1;
    this.#showEdges();
    drawEnvelope(element("waveform"), this.#inspection.envelope, this.#peak);
    drawFrames(element("mfcc"), this.#inspection, this.#duration);
    drawPosteriors(element("posteriors"), this.#rows, this.#inspection.looks, this.#duration);
    drawAxis(element("axis"), this.#duration);
  }

  /** Fade the edges of the plot behind which there is more of it. */
  #showEdges() {
    const { classList, scrollLeft, clientWidth, scrollWidth } = element("scroller");
    classList.toggle("more-before", scrollLeft > 1);
    classList.toggle("more-after", scrollLeft + clientWidth < scrollWidth - 1);
  }

  #describe() {
    const parts = this.#events.map((event) => TEXTS.posteriorPart(event.label, event.confidence));
    element("waveform").ariaLabel = TEXTS.waveformPicture(this.#duration);
    element("mfcc").ariaLabel = TEXTS.mfccPicture(this.#inspection.frames.length);
    element("posteriors").ariaLabel = TEXTS.posteriorsPicture(parts);
  }

  #seek(event) {
    const plot = element("plot").getBoundingClientRect();
    this.#player.seek(((event.clientX - plot.left) / plot.width) * this.#duration);
  }

  /** Put the cursor at a time, and scroll along with it. */
  #point(seconds) {
    const [plot, scroller] = [element("plot"), element("scroller")];
    const x = Math.min(1, seconds / this.#duration) * plot.clientWidth;
    element("cursor").style.transform = `translateX(${x}px)`;
    const isSeen = x >= scroller.scrollLeft && x <= scroller.scrollLeft + scroller.clientWidth;
    if (!isSeen) scroller.scrollLeft = x - 16;
  }
}

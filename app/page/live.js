// Hear the microphone live over a stream of the service, and tell any number of listeners what is heard.

import { openMicrophone } from "./microphone.js";
import { Stream } from "./stream.js";
import { TEXTS } from "./texts.js";

const CHUNK_SECONDS = 0.1;

export class Live {
  #service;
  #listeners = new Set();
  #start = 0; // counts up with each start and stop, so that a microphone that opens too late is closed again
  #microphone = null;
  #stream = null;
  #config = {};
  #nChunks = 0;
  #openedAt = 0; // the chunk with which the present connection began: the service counts from there

  /** service holds url and protocols() of its streams, and may hold onLost(), called when a connection broke. */
  constructor(service) {
    this.#service = service;
  }

  /** Whether the microphone is open, or is being opened. */
  isOn = false;

  /** Seconds of sound since it was started: the clock of all words. */
  get seconds() {
    return this.#nChunks * CHUNK_SECONDS;
  }

  /**
   * Tell a listener what happens, each method optional: onState(state, text), where state is "off", "opening",
   * "connecting", "on", "lost" (it tries again by itself) or "failed" (it is off); onSound({samples, level}) ten times
   * a second; onPosteriors({label: posterior}); onWord({word, conf, start, end}), in seconds of the clock.
   * Returns a function that ends the subscription.
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Start to listen; call it in answer to a click. config may hold threshold, model and phrase_list, see stream. */
  async start(config = {}) {
    this.stop();
    const start = ++this.#start;
    this.isOn = true;
    this.#config = config;
    this.#tell("onState", "opening", TEXTS.opening);
    try {
      const microphone = await openMicrophone((chunk) => this.#hear(chunk), (error) => this.#fail(error));
      if (start === this.#start) this.#connect(microphone);
      else microphone.close();
    } catch (error) {
      if (start === this.#start) this.#fail(error);
    }
  }

  /** Switch the microphone off; words that were under way still come. */
  stop() {
    if (!this.isOn) return;
    this.#close();
    this.#tell("onState", "off", TEXTS.notListening);
  }

  /** Change settings of the stream; they hold until the next start. */
  configure(config) {
    Object.assign(this.#config, config);
    this.#stream?.configure(config);
  }

  #connect(microphone) {
    this.#microphone = microphone;
    [this.#nChunks, this.#openedAt] = [0, 0];
    this.#tell("onState", "connecting", TEXTS.connecting);
    const config = { ...this.#config, sample_rate: microphone.sampleRate };
    this.#stream = new Stream(this.#service, config, {
      onOpen: () => this.#open(),
      onPartial: ({ posteriors }) => this.#tell("onPosteriors", posteriors),
      onWord: (word) => this.#tell("onWord", this.#timed(word)),
      onLost: (text, wait) => this.#lose(text, wait),
    });
  }

  #close() {
    this.#start += 1;
    this.isOn = false;
    this.#microphone?.close();
    this.#stream?.end();
    [this.#microphone, this.#stream] = [null, null];
  }

  #fail(error) {
    this.#close();
    this.#tell("onState", "failed", error.message);
  }

  #hear(chunk) {
    this.#nChunks += 1;
    if (this.#stream?.send(chunk.samples) === false) this.#tell("onState", "on", TEXTS.tooSlow);
    this.#tell("onSound", chunk);
  }

  #open() {
    this.#openedAt = this.#nChunks;
    this.#tell("onState", "on", TEXTS.listening);
  }

  #lose(text, waitSeconds) {
    if (waitSeconds === null) return this.#fail(new Error(text));
    this.#service.onLost?.();
    this.#tell("onState", "lost", `${text} ${TEXTS.again(waitSeconds)}`);
  }

  #timed({ word, conf, start, end }) {
    const before = this.#openedAt * CHUNK_SECONDS;
    return { word, conf, start: before + start, end: before + end };
  }

  #tell(method, ...news) {
    for (const listener of this.#listeners) listener[method]?.(...news);
  }
}

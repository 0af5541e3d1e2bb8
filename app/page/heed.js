// <heed-listener>: an element for any page, which listens and fires a heed-word event for each word it hears.
//
//   <script type="module" src="ADDRESS/page/heed.js"></script>
//   <heed-listener words="left,right" threshold="0.7"></heed-listener>
//
// Attributes, each of which may be left out: words, the only ones to hear; threshold, 0 to 1; model; and key, the
// service's API key, which every visitor of the page can read. Pages of another origin must be listed in the service's
// HEED_CORS_ORIGINS. Its parts for CSS are button, word and state.

import { Live } from "./live.js";
import { protocolsOf } from "./stream.js";
import { TEXTS } from "./texts.js";

const LOOK = new CSSStyleSheet();
LOOK.replaceSync(`
  :host { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.75em; font-family: system-ui, sans-serif }
  button { min-height: 2.75em; padding: 0 1.25em; border: 0; border-radius: 1.4em; background: #0b6b4d; color: #fff;
    font: inherit; font-weight: 600; cursor: pointer }
  button:focus-visible { outline: 2px solid; outline-offset: 3px }
  [part="word"] { font-weight: 600 }
  [part="state"] { flex-basis: 100%; font-size: 0.8125em }
`);

class HeedListener extends HTMLElement {
  static observedAttributes = ["words", "threshold", "model"];

  #live;
  #button = this.#part("button");
  #word = this.#part("output");
  #state = this.#part("span");

  constructor() {
    super();
    const url = new URL("../stream", import.meta.url);
    url.protocol = url.protocol.replace("http", "ws");
    this.#live = new Live({ url, protocols: () => protocolsOf(this.getAttribute("key") ?? "") });
    this.#live.subscribe({
      onState: (state, text) => this.#showState(state, text),
      onWord: (word) => this.#fire(word),
    });
    this.#button.onclick = () => (this.#live.isOn ? this.stop() : this.start());
    [this.#button.part, this.#word.part, this.#state.part] = ["button", "word", "state"];
    this.#state.role = "status";
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [LOOK];
    root.append(this.#button, this.#word, this.#state);
    this.#showState("off", "");
  }

  disconnectedCallback() {
    this.stop();
  }

  attributeChangedCallback() {
    if (this.#live.isOn) this.#live.configure(this.#config);
  }

  /** Start to listen; call it in answer to a click, because browsers open the microphone for nothing else. */
  start() {
    return this.#live.start(this.#config);
  }

  stop() {
    this.#live.stop();
  }

  get #config() {
    const [words, threshold, model] = ["words", "threshold", "model"].map((name) => this.getAttribute(name));
    return {
      ...(words && { phrase_list: words.split(",").map((word) => word.trim()) }),
      ...(threshold && { threshold: Number(threshold) }),
      ...(model && { model }),
    };
  }

  #showState(state, text) {
    this.#button.textContent = this.#live.isOn ? TEXTS.stopListening : TEXTS.listen;
    this.#state.textContent = text;
    this.dispatchEvent(new CustomEvent("heed-state", { detail: { state, text }, bubbles: true, composed: true }));
  }

  #fire({ word: label, conf: confidence, start, end }) {
    this.#word.textContent = TEXTS.heardWord(label, confidence);
    const detail = { label, confidence, start, end }; // in seconds since it began to listen
    this.dispatchEvent(new CustomEvent("heed-word", { detail, bubbles: true, composed: true }));
  }

  #part(tag) {
    return document.createElement(tag);
  }
}

customElements.define("heed-listener", HeedListener);

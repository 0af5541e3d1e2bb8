// Send chunks of sound to the service over a WebSocket, which is opened anew whenever it breaks.

import { TEXTS } from "./texts.js";

const WAITS_SECONDS = [0.5, 1, 2, 4, 8];
const BACKLOG_BYTES = 500_000; // some five seconds of sound; more would never be heard in time
const CODES_OF_MISTAKES = [1003, 1007, 1008, 1009]; // the service would refuse the same again
const GOODBYE_MS = 3000;

/** Browsers send no header with a WebSocket, only names of protocols, which may hold no +, / or = of Base64. */
export function protocolsOf(key) {
  const encoded = btoa(key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return key ? ["heed", `bearer.${encoded}`] : [];
}

export class Stream {
  #socket;
  #retry;
  #tries = 0;
  #error = ""; // what the service said was wrong, before it closed
  #isEnding = false;

  /**
   * protocols() are asked for at each connection, because a key may have come meanwhile.
   * listener.onOpen() when sound can be sent; onPartial(heed) and onWord({word, conf, start, end}) as the service
   * hears; onLost(text, wait) when the connection broke, with the seconds until the next try, or null if there is none.
   */
  constructor({ url, protocols }, config, listener) {
    [this.url, this.protocols] = [url, protocols];
    this.config = config; // the stream's settings
    this.listener = listener;
    this.#connect();
  }

  /** Send a chunk; without a connection, or when it is too slow (then false is returned), the chunk is left out. */
  send(chunk) {
    if (this.#socket.bufferedAmount > BACKLOG_BYTES) return false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(chunk);
    return true;
  }

  /** Change settings, now and after each new connection. */
  configure(config) {
    Object.assign(this.config, config);
    if (this.#socket.readyState === WebSocket.OPEN) this.#tell({ config });
  }

  /** End the stream: the service sends its last events and closes. */
  end() {
    this.#isEnding = true;
    clearTimeout(this.#retry);
    if (this.#socket.readyState === WebSocket.OPEN) this.#tell({ eof: 1 });
    else this.#socket.close();
    setTimeout(() => this.#socket.close(), GOODBYE_MS);
  }

  #connect() {
    this.#socket = new WebSocket(this.url, this.protocols());
    this.#socket.onopen = () => {
      this.#tell({ config: this.config });
      this.listener.onOpen();
    };
    this.#socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    this.#socket.onclose = (close) => this.#lose(close);
  }

  #hear(message) {
    this.#error = message.error ?? "";
    if (this.#error) return;
    this.#tries = 0;
    for (const word of message.result ?? []) this.listener.onWord(word);
    if (message.heed?.posteriors) this.listener.onPartial(message.heed);
  }

  #lose(close) {
    if (this.#isEnding) return;
    const [code, reason] = [close.code, this.#error || close.reason];
    this.#error = "";
    if (CODES_OF_MISTAKES.includes(code)) {
      this.listener.onLost(TEXTS.refusedByService(reason), null);
      return;
    }
    const wait = WAITS_SECONDS[Math.min(this.#tries++, WAITS_SECONDS.length - 1)];
    this.listener.onLost(TEXTS.lost(reason), wait);
    this.#retry = setTimeout(() => this.#connect(), 1000 * wait);
  }

  #tell(message) {
    this.#socket.send(JSON.stringify(message));
  }
}

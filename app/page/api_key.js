// Ask the visitor for an API key, keep it in this tab, and put it into every request.

import { element } from "./elements.js";
import { protocolsOf } from "./stream.js";
import { TEXTS } from "./texts.js";

const NAME = "heed-api-key";

let key = sessionStorage.getItem(NAME) ?? "";
let question = null; // while it is open

export const apiKey = () => key;

export const keyHeaders = () => (key ? { Authorization: `Bearer ${key}` } : {});

export const keyProtocols = () => protocolsOf(key);

/** Ask for a key, and wait until one is given; further callers wait for the same one. */
export function askForKey() {
  question ??= new Promise((resolve) => {
    const [form, input] = [element("key"), element("key-input")];
    element("key-hint").textContent = key ? TEXTS.wrongKey : TEXTS.keyNeeded;
    form.hidden = false;
    input.focus();
    form.onsubmit = (event) => {
      event.preventDefault();
      key = input.value;
      sessionStorage.setItem(NAME, key);
      [input.value, form.hidden, question] = ["", true, null];
      resolve();
    };
  });
  return question;
}

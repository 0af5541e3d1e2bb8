// The API key that a visitor gives in, what carries it to the service out. It is kept in this tab, until that is closed.

import { element } from "./elements.js";
import { TEXTS } from "./texts.js";

const NAME = "heed-api-key";

let key = sessionStorage.getItem(NAME) ?? "";
let question = null; // while it is open

export const apiKey = () => key;

export const keyHeaders = () => (key ? { Authorization: `Bearer ${key}` } : {});

/** A browser sends no header with a WebSocket, but the names of protocols, in which Base64 must do without +, / and =. */
export function keyProtocols() {
  const encoded = btoa(key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return key ? ["heed", `bearer.${encoded}`] : [];
}

/** Ask for a key, and wait until one is given; whoever else needs it meanwhile waits for the same. */
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

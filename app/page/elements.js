// Find, make and fill elements; texts are always set as text.

import { TEXTS } from "./texts.js";

const LEAST_LETTERS = 4; // shorter words are not set larger

export const element = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Give every element of the document the text, or the label for screen readers, that it names. */
export function fillTexts() {
  for (const named of document.querySelectorAll("[data-text]")) named.textContent = text(named.dataset.text);
  for (const named of document.querySelectorAll("[data-label]")) named.ariaLabel = text(named.dataset.label);
}

/** Find a text by its name, such as "threshold" or "play.start". */
const text = (name) => name.split(".").reduce((texts, part) => texts[part], TEXTS);

export const isCommand = (label) => !label.startsWith("_");

export const labelName = (label) => TEXTS.labelNames[label] ?? label;

/** Order labels as they are listed everywhere: the commands first, then silence and other words. */
export function ordered(labels) {
  return [...labels.filter(isCommand), ...labels.filter((label) => !isCommand(label))];
}

/** Show how sure heed is of a word; the number says what it means when it is pointed at or tapped. */
export function sure(confidence) {
  return meaning(TEXTS.sure(confidence), "");
}

/** Make a text that can be pointed at or tapped: it then says more, and what its number means. */
export function meaning(text, about) {
  const made = make("button", { type: "button", className: "sure" }, text);
  made.title = about ? `${about}. ${TEXTS.sureMeaning}` : TEXTS.sureMeaning;
  made.popoverTargetElement = element("sure-meaning");
  made.addEventListener("click", () => (element("sure-about").textContent = about));
  return made;
}

/**
 * Say something large, and more about it below: a text, an element or a list of them. They are new elements, so that a
 * word said twice is announced twice.
 */
export function say(place, words, caption, kind = "") {
  const large = make("p", { className: `words ${kind}`, textContent: words });
  large.style.setProperty("--letters", Math.max(LEAST_LETTERS, words.length));
  place.replaceChildren(large, make("p", {}, ...[caption].flat()));
}

// Copy a text by a button, or mark it where the browser allows no more.

import { TEXTS } from "./texts.js";

const COPIED_MS = 2000;

/** Browsers let a page copy only where they trust it; elsewhere the text is marked, to be copied by hand. */
export async function copy(place, button) {
  const before = button.dataset.before ?? button.textContent;
  button.dataset.before = before;
  try {
    await navigator.clipboard.writeText(place.textContent);
    button.textContent = TEXTS.copied;
  } catch {
    window.getSelection().selectAllChildren(place);
    button.textContent = TEXTS.copyByHand;
  }
  setTimeout(() => (button.textContent = before), COPIED_MS);
}

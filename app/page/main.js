// Start the page: fill in the texts, make both views ready, and show the one that the address names.

import { element, fillTexts } from "./elements.js";
import { startLive } from "./live_view.js";
import { startRecording } from "./recording_view.js";

const VIEWS = { "#recording": "recording-view", "#live": "live-view" };

fillTexts();
document.documentElement.classList.remove("unfilled");
const views = { "#recording": startRecording(), "#live": startLive() };
window.addEventListener("hashchange", show);
show();

function show() {
  const shown = window.location.hash in VIEWS ? window.location.hash : "#recording";
  for (const [hash, id] of Object.entries(VIEWS)) {
    const isShown = hash === shown;
    element(id).hidden = !isShown;
    document.querySelector(`nav a[href="${hash}"]`).ariaCurrent = isShown ? "page" : null;
    if (!isShown) views[hash].leave(); // no microphone stays open behind another view
  }
}

// Start the page: fill in the texts, and show the view that the address names.
//
// A view is a <section> of index.html and a module of the same name, which exports mount(section). It is loaded and
// mounted when it is first shown. mount returns {enter, leave}, or one of them, or nothing: enter() is called each time
// the view is shown, leave() each time another view takes its place. A view's look stands in a file of its own whose
// rules begin with the section's id, and its texts in texts.js under the view's name (data-text="play.start").
// When the visitor chooses another model, the document fires "model". Live words and sound come from hearing.js, to
// which any view subscribes; it is switched off when a view is left.

import { element, fillTexts } from "./elements.js";
import { hearing } from "./hearing.js";
import { offerModels } from "./models.js";

const VIEWS = ["listen", "recording", "play", "teach", "api"];
const FIRST = document.location.pathname.endsWith("/docs") ? "api" : "listen";

const mounted = {}; // name -> promise of what mount returned
let shown = null;

fillTexts();
document.documentElement.classList.remove("unfilled");
window.addEventListener("hashchange", show);
acceptDrops();
show();
offerModels().catch(() => {}); // the view says what is wrong

async function show() {
  const hash = window.location.hash.slice(1);
  const name = VIEWS.includes(hash) ? hash : FIRST;
  if (name === shown) return;
  const before = shown;
  shown = name;
  for (const view of VIEWS) {
    element(view).hidden = view !== name;
    document.querySelector(`nav a[href="#${view}"]`).ariaCurrent = view === name ? "page" : null;
  }
  hearing.stop(); // no microphone stays open behind another view
  if (before) (await mount(before))?.leave?.();
  (await mount(name))?.enter?.();
}

function mount(name) {
  mounted[name] ??= import(`./${name}.js`).then((module) => module.mount(element(name)));
  return mounted[name];
}

/** Take a file that is dropped anywhere on the page to the recording view. */
function acceptDrops() {
  const cover = (isOver) => (element("drop").hidden = !isOver);
  const holdsFile = (event) => event.dataTransfer.types.includes("Files");
  window.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    cover(true);
  });
  window.addEventListener("dragleave", (event) => event.relatedTarget ?? cover(false));
  window.addEventListener("drop", async (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    cover(false);
    const [file] = event.dataTransfer.files; // before the wait, after which it would be empty
    window.location.hash = "#recording";
    (await mount("recording")).hear(file);
  });
}

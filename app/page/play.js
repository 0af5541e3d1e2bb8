// The play view: a guided round over all words, and a game that is steered by voice.

import { element, isCommand } from "./elements.js";
import { mountGame } from "./game_view.js";
import { hearing } from "./hearing.js";
import { mountRound } from "./round_view.js";
import * as service from "./service.js";

export function mount() {
  const game = mountGame();
  const parts = [mountRound(game.pause), game];
  const load = async () => {
    if (!element("play").hidden) hearing.stop(); // the words are others now
    const { labels } = await service.labels();
    for (const part of parts) part.offer(labels.filter(isCommand));
  };
  const tell = (error) => parts.forEach((part) => part.tell(error.message));
  document.addEventListener("model", () => load().catch(tell));
  load().catch(tell);
  return { leave: game.pause };
}

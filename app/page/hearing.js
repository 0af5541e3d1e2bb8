// The page's live hearing: one microphone and one stream, to which any view subscribes.

import { keyProtocols } from "./api_key.js";
import { Live } from "./live.js";
import { chosenModel, labels, streamUrl } from "./service.js";

/** Hear with the model that the visitor chose. */
class Hearing extends Live {
  start(config) {
    const model = chosenModel();
    return super.start(model ? { ...config, model } : config);
  }
}

export const hearing = new Hearing({
  url: streamUrl(),
  protocols: keyProtocols,
  onLost: () => labels().catch(() => {}), // browsers hide a 401 from streams; any other request shows it
});

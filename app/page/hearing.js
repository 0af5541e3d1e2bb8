// The page's live hearing: one microphone and one stream, to which any view subscribes.

import { keyProtocols } from "./api_key.js";
import { Live } from "./live.js";
import { labels, streamUrl } from "./service.js";

export const hearing = new Live({
  url: streamUrl(),
  protocols: keyProtocols,
  onLost: () => labels().catch(() => {}), // browsers hide a 401 from streams; any other request shows it
});

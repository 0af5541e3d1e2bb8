// Ask the service; an error is thrown with a message to show.

import { apiKey, askForKey, keyHeaders } from "./api_key.js";
import { TEXTS } from "./texts.js";

const ROOT = new URL("..", import.meta.url); // of the service, behind proxies too

export const KEY_HEADER = "Authorization: Bearer $HEED_API_KEY"; // a shell's; the key itself is never shown

export const inspect = (file, signal) => {
  const form = new FormData();
  form.append("file", file, file.name);
  return ask("inspect", { method: "POST", body: form, signal });
};

export const labels = () => ask("labels");

export const address = (path) => new URL(path, ROOT);

export const openapi = () => ask("openapi.json");

export const examples = () => ask("page/examples.json");

export async function example(name) {
  const answer = await reach(`page/${name}`);
  return new File([await answer.blob()], name, { type: "audio/wav" });
}

/** The address of streams. */
export function streamUrl() {
  const url = address("stream");
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}

/** Write the shell's line that asks the service the same. */
export function curl(file) {
  const url = address("transcribe");
  const key = apiKey() ? `-H "${KEY_HEADER}" ` : "";
  if (/^[\w.-]+$/.test(file.name)) return `curl -F file=@${file.name} ${key}${url}`;
  const quotedForCurl = file.name.replace(/["\\]/g, "\\$&");
  return `curl -F ${quotedForShell(`file=@"${quotedForCurl}"`)} ${key}${url}`;
}

/** The service refused a request; type and detail are those of its problem+json. */
export class Refusal extends Error {
  constructor(status, { type = "about:blank", detail = TEXTS.badAnswer(status) }) {
    super(TEXTS.statuses[status] ?? detail);
    [this.status, this.type] = [status, type];
  }
}

const quotedForShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const ask = async (path, options) => (await reach(path, options)).json();

async function reach(path, options) {
  const sentKey = apiKey();
  let answer;
  try {
    answer = await fetch(address(path), { ...options, headers: keyHeaders() });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(TEXTS.unreachable, { cause: error });
  }
  if (answer.ok) return answer;
  if (answer.status === 401) {
    if (sentKey === apiKey()) await askForKey(); // else another key was given meanwhile
    return reach(path, options);
  }
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, problem);
}

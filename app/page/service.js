// Ask the service; an error is thrown with a message to show.

import { apiKey, askForKey, keyHeaders } from "./api_key.js";
import { TEXTS } from "./texts.js";

const JSON_BODY = { "Content-Type": "application/json" };
const ROOT = new URL("..", import.meta.url); // of the service, behind proxies too

let model = ""; // that the visitor chose; else the service's default answers

export const chosenModel = () => model;

export const chooseModel = (name) => (model = name);

/** Add settings to a path as its query, and the chosen model; those that are empty are left out. */
export function withQuery(path, settings = {}) {
  const query = new URLSearchParams(Object.entries({ ...settings, model }).filter(([, value]) => value !== ""));
  return query.size ? `${path}?${query.toString().replaceAll("%2C", ",")}` : path;
}

export const inspect = (file, signal) => send(withQuery("inspect"), file, signal);

export const transcribe = (file, settings) => send(withQuery("transcribe", settings), file);

export const labels = () => ask(withQuery("labels"));

export const models = () => ask("models");

export const address = (path) => new URL(path, ROOT);

export const openapi = () => ask("openapi.json");

/** The words that the service was taught, and whether it can be taught more. */
export const taughtWords = () => ask("words");

export const teachText = (word) =>
  ask(wordPath(word), { method: "PUT", body: JSON.stringify({ text: word }), headers: JSON_BODY });

/** Teach a word with a first recording, or a word that is known already with one more. */
export const teachTake = (word, file, isKnown) =>
  isKnown ? send(`${wordPath(word)}/recordings`, file) : send(wordPath(word), file, undefined, "PUT");

export const renameWord = (word, name) =>
  ask(wordPath(word), { method: "PATCH", body: JSON.stringify({ word: name }), headers: JSON_BODY });

export const forgetWord = (word) => reach(wordPath(word), { method: "DELETE" });

/** A recording that taught a word, as a file. */
export const takeOf = async ({ url }) => (await reach(url.replace(/^\//, ""))).blob();

export const exportWords = async () => (await reach("words/export")).blob();

export const importWords = (file) => send("words/import", file);

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

/** The service refused a request; type and detail are those of its problem+json. */
export class Refusal extends Error {
  constructor(status, { type = "about:blank", detail = TEXTS.badAnswer(status) }) {
    super(TEXTS.refusals[status] ?? detail);
    [this.status, this.type] = [status, type];
  }
}

const wordPath = (word) => `words/${encodeURIComponent(word)}`;

function send(path, file, signal, method = "POST") {
  const form = new FormData();
  form.append("file", file, file.name);
  return ask(path, { method, body: form, signal });
}

const ask = async (path, options) => (await reach(path, options)).json();

async function reach(path, options) {
  const sentKey = apiKey();
  let answer;
  try {
    answer = await fetch(address(path), { ...options, headers: { ...options?.headers, ...keyHeaders() } });
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

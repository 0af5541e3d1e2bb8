// OpenAI's npm package gets a recording's words in each of its forms, and errors as its own exceptions.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "http://localhost:8000/v1", apiKey: "none" });
const file = createReadStream("examples/left.wav");
const answer = await client.audio.transcriptions.create({ model: "whisper-1", file });
console.log(answer.text);

function transcribe(options) {
  const file = createReadStream("examples/commands.wav");
  return client.audio.transcriptions.create({ model: "whisper-1", file, ...options });
}

assert.equal(await transcribe({ response_format: "text" }), "go left stop yes\n");
assert.equal((await transcribe({ response_format: "srt" })).split(" --> ").length, 5);
assert.match(await transcribe({ response_format: "vtt" }), /^WEBVTT\n/);

const verbose = await transcribe({ response_format: "verbose_json", timestamp_granularities: ["word"] });
assert(verbose.words.every(({ start, end }) => start < end && end < verbose.duration));
console.log(verbose.words.map(({ word }) => word).join(" "));

const events = [];
for await (const event of await transcribe({ stream: true })) events.push(event);
assert.deepEqual(events.map(({ type }) => type), ["transcript.text.delta", "transcript.text.done"]);
assert.equal(events[1].text, "go left stop yes");

const [model] = (await client.models.list()).data;
assert.deepEqual(await client.models.retrieve(model.id), model);
await assert.rejects(transcribe({ model: "parrot" }), (error) => {
  assert.equal(error.code, "model_not_found");
  console.log(error.constructor.name);
  return error instanceof OpenAI.NotFoundError;
});

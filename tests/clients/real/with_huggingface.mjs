// Hugging Face's npm package gets scores and text of a recording, and errors as its own exceptions.

import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { InferenceClient } from "@huggingface/inference";
import { InferenceClientProviderApiError } from "@huggingface/inference";

const client = new InferenceClient();
const scores = await client.audioClassification({
  endpointUrl: "http://localhost:8000/audio-classification",
  inputs: await openAsBlob("examples/left.wav"),
});
console.log(scores[0].label);

const { text } = await client.automaticSpeechRecognition({
  endpointUrl: "http://localhost:8000/transcribe",
  inputs: await openAsBlob("examples/commands.wav"),
});
console.log(text);

assert.equal(scores.length, 5);
const endpointUrl = "http://localhost:8000/audio-classification";
await assert.rejects(client.audioClassification({ endpointUrl, inputs: new Blob(["no sound"]) }), (error) => {
  assert.match(error.message, /no sound file/);
  console.log(error.constructor.name);
  return error instanceof InferenceClientProviderApiError;
});

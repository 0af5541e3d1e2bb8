// Open the microphone and hand on its sound in chunks of 100 ms; errors say what would help.

import { TEXTS } from "./texts.js";

const MAX_SAMPLE_RATE = 48_000; // what the service takes in a stream

/**
 * Open the microphone. Call it in answer to a click: browsers start sound for nothing else.
 * onChunk gets {samples: Int16Array, level: dB}; onGone is called once if the microphone goes away by itself.
 */
export async function openMicrophone(onChunk, onGone) {
  if (!navigator.mediaDevices) throw new Error(TEXTS.microphone.insecure(window.location.origin));
  const context = newContext();
  let stream, capture;
  const close = () => {
    if (capture) capture.port.onmessage = null;
    for (const track of stream?.getTracks() ?? []) track.stop();
    if (context.state !== "closed") context.close();
  };
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true },
    });
    await context.audioWorklet.addModule(new URL("capture.js", import.meta.url));
    await context.resume();
  } catch (error) {
    close();
    throw new Error(reason(error), { cause: error });
  }
  capture = new AudioWorkletNode(context, "capture", { channelCount: 1, channelCountMode: "explicit" });
  capture.port.onmessage = ({ data }) => onChunk(data);
  // It puts out silence, but browsers may not run a node that leads nowhere.
  context.createMediaStreamSource(stream).connect(capture).connect(context.destination);
  stream.getTracks()[0].onended = () => {
    close();
    onGone(new Error(TEXTS.microphone.gone));
  };
  return { sampleRate: context.sampleRate, close };
}

function newContext() {
  const context = new AudioContext();
  if (context.sampleRate <= MAX_SAMPLE_RATE) return context;
  context.close();
  return new AudioContext({ sampleRate: MAX_SAMPLE_RATE });
}

function reason(error) {
  return TEXTS.microphone[error.name] ?? TEXTS.microphone.other(error);
}

// Let the browser decode a sound file that the service can't read.

import { wav } from "./wav.js";

const SAMPLE_RATE = 16_000; // what the service hears
const MAX_BYTES = 100_000_000; // longer films would fill the memory

/** Decode a file into a mono WAV file of the same name; throws where the browser can't read it either. */
export async function asWav(file) {
  if (file.size > MAX_BYTES) throw new RangeError(`${file.name} has more than ${MAX_BYTES} bytes`);
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE); // which also resamples
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const channels = Array.from({ length: sound.numberOfChannels }, (_, place) => sound.getChannelData(place));
  const samples = Int16Array.from({ length: sound.length }, (_, at) => {
    const sum = channels.reduce((total, channel) => total + channel[at], 0);
    return 0x7fff * Math.max(-1, Math.min(1, sum / channels.length));
  });
  return wav([samples], SAMPLE_RATE, `${file.name.replace(/\.\w+$/, "")}.wav`);
}

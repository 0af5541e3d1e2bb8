// Draw the pictures of a recording, each from its start at the left edge to its end at the right one.

import { TEXTS } from "./texts.js";
import { sheet } from "./canvas.js";

const MFCC_RANGE = 3; // deviations from the mean: below it is ink, above it is the accent, at it is paper
const WINDOW_SECONDS = 0.032; // of sound behind one frame
const LOOK_SECONDS = 1; // of sound behind one look
const WORDS_HEIGHT = 40; // above the strip, in pixels: two lines

/** Extremes of the samples, scaled so that the loudest reaches the edge. */
export function drawEnvelope(canvas, envelope, peak) {
  const { context, width, height, colours } = sheet(canvas);
  const x = (place) => (place * width) / envelope.length;
  const y = (value) => (height / 2) * (1 - (0.94 * value) / peak);
  context.fillStyle = colours.ink;
  for (const [place, [low, high]] of envelope.entries()) {
    const thickness = Math.max(1, y(low) - y(high));
    context.fillRect(x(place), (y(low) + y(high) - thickness) / 2, Math.max(x(1), 0.5) + 0.3, thickness);
  }
}

/** Frames as columns of a picture, the coefficient 0 at the bottom. */
export function drawFrames(canvas, inspection, duration) {
  const { context, width, height, colours } = sheet(canvas);
  const { frames, frame_seconds: step } = inspection;
  if (!frames.length) return;
  const ramp = rampOf([colours.ink, colours.paper, colours.accent]);
  const image = new ImageData(frames.length, frames[0].length);
  for (const [column, frame] of frames.entries()) {
    for (const [row, value] of frame.entries()) {
      const share = Math.min(1, Math.max(0, 0.5 + value / (2 * MFCC_RANGE)));
      const place = (frame.length - 1 - row) * frames.length + column;
      image.data.set(ramp[Math.round(share * (ramp.length - 1))], 4 * place);
    }
  }
  const picture = new OffscreenCanvas(image.width, image.height);
  picture.getContext("2d").putImageData(image, 0, 0);
  const start = (WINDOW_SECONDS - step) / 2; // a column stands in the middle of its window
  const scale = width / duration;
  context.imageSmoothingEnabled = frames.length > width;
  context.drawImage(picture, start * scale, 0, frames.length * step * scale, height);
}

/** Draw a row per label: its posterior in the middle of each window; events in the accent colour. */
export function drawPosteriors(canvas, rows, looks, duration) {
  const { context, width, height, colours } = sheet(canvas);
  const rowHeight = height / rows.length;
  const middle = (look) => look.end_seconds - Math.min(duration, LOOK_SECONDS) / 2;
  const points = looks.map((look) => ({ x: (middle(look) * width) / duration, look }));
  const [first, last] = [points[0], points.at(-1)];
  for (const [row, { place, isHeard }] of rows.entries()) {
    const base = (row + 1) * rowHeight - 1;
    const y = (look) => base - look.posteriors[place] * (rowHeight - 4);
    context.fillStyle = colours.line;
    context.fillRect(0, base, width, 1);
    context.beginPath();
    context.moveTo(Math.min(0, first.x), base);
    context.lineTo(Math.min(0, first.x), y(first.look));
    for (const { x, look } of points) context.lineTo(x, y(look));
    context.lineTo(Math.max(width, last.x), y(last.look));
    context.lineTo(Math.max(width, last.x), base);
    context.fillStyle = isHeard ? colours.accent : colours.muted;
    context.fill();
  }
}

/** Ticks at round times, as many as find room. */
export function drawAxis(canvas, duration) {
  const { context, width, colours } = sheet(canvas);
  const room = (56 / width) * duration;
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600].find((candidate) => candidate >= room) ?? 1800;
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "top";
  for (let n = 0; n * step <= duration + 1e-6; n++) {
    const x = Math.min(((n * step) / duration) * width, width - 1);
    context.fillStyle = colours.muted;
    context.fillRect(x, 0, 1, 5);
    context.textAlign = n === 0 ? "left" : x > width - 20 ? "right" : "center";
    context.fillText(TEXTS.tick(n * step, step < 1 ? 1 : 0), x, 8);
  }
}

/** Draw bars of level from left (oldest) to right (now), and each word above the place where it was heard. */
export function drawStrip(canvas, levels, words, nBars, wordsHeight = WORDS_HEIGHT) {
  const { context, width, height, colours } = sheet(canvas);
  const step = width / nBars;
  const first = nBars - levels.length;
  context.fillStyle = colours.line;
  context.fillRect(0, (height + wordsHeight) / 2, width, 1);
  for (const [place, level] of levels.entries()) {
    const share = Math.max(0.02, Math.min(1, 1 + level / 60));
    const isWord = words.some(({ start, end }) => place + 1 > start && place < end);
    const tall = share * (height - wordsHeight);
    context.fillStyle = isWord ? colours.accent : colours.muted;
    context.fillRect((first + place + 0.2) * step, (height + wordsHeight - tall) / 2, 0.6 * step, tall);
  }
  context.font = `600 15px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  context.fillStyle = colours.accent;
  let end = -Infinity; // of the last word in the lower line
  for (const { word, start, end: wordEnd } of words) {
    const half = context.measureText(word).width / 2;
    const x = Math.min(width - half, Math.max(half, (first + (start + wordEnd) / 2) * step)); // not cut at an edge
    const isCrowded = x - half < end;
    context.fillText(word, x, isCrowded ? wordsHeight / 2 - 4 : wordsHeight - 8);
    if (!isCrowded) end = x + half + 4;
  }
}

/** Blend some colours into 256, each [red, green, blue, opacity]. */
function rampOf(stops) {
  const picture = new OffscreenCanvas(256, 1);
  const context = picture.getContext("2d");
  const gradient = context.createLinearGradient(0, 0, 256, 0);
  for (const [place, colour] of stops.entries()) gradient.addColorStop(place / (stops.length - 1), colour);
  context.fillStyle = gradient;
  context.fillRect(0, 0, 256, 1);
  const { data } = context.getImageData(0, 0, 256, 1);
  return Array.from({ length: 256 }, (_, place) => data.slice(4 * place, 4 * place + 4));
}

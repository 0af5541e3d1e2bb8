// Every text that the page shows; texts of the service itself are shown as they are.

const percent = (share) => `${Math.min(99.9, 100 * share).toFixed(1)} %`; // a certainty of 100 % would be a lie
const milliseconds = (time) => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
const seconds = (time) => `${time.toFixed(2)} s`;

export const TEXTS = {
  tagline: "Hears command words",
  views: "Views",
  listenView: "Listen",
  recordingView: "Recording",
  playView: "Play",
  teachView: "Teach",
  apiView: "API",

  key: "API key",
  useKey: "Use it",
  keyNeeded: "This service answers only with a key. It is kept in this tab until you close it.",
  wrongKey: "The service does not know this key. Enter another one.",

  record: "Record",
  stop: "Stop",
  choose: "Choose a file",
  examples: "Examples",
  dropHint: "or drop a sound file anywhere on this page",
  drop: "Drop it: heed listens to it",
  recording: "Recording",
  recordingLimit: (limit) => `Press Stop when you are done; it stops by itself after ${limit} s.`,
  notHeard: "Not heard",
  recordingFile: "recording.wav",
  beforeRecording: "The words that heed knows. Record one, choose a file, or try an example.",
  hearing: "Listening …",

  silence: "Silence",
  silenceWhy: "no speech was heard",
  unknown: "Another word",
  unknownWhy: "speech, but no word that heed knows",
  lowConfidence: (word) => `Perhaps “${word}”`,
  lowConfidenceWhy: (confidence) => `only ${percent(confidence)} sure, too little to accept it`,
  sure: (confidence) => `${percent(confidence)} sure`,
  nWords: (n) => `${n} words`,
  length: (duration) => `${seconds(duration)} long`,
  elapsed: (time) => `heard in ${time < 1000 ? milliseconds(time) : seconds(time / 1000)}`,
  separator: " · ",

  waveform: "Waveform",
  peak: (peak) => `±${peak.toFixed(2)}`,
  mfcc: "MFCC",
  mfccLast: "39",
  labelNames: { _silence_: "silence", _unknown_: "other word" },
  events: "Words heard, in order",
  eventTime: (event) =>
    `${seconds(event.start_seconds)} to ${seconds(event.end_seconds)}, ${percent(event.confidence)} sure`,
  timeAxis: "Waveform, MFCC and probabilities over time",
  waveformPicture: (duration) => `Waveform of ${seconds(duration)}`,
  mfccPicture: (n) => `MFCC picture of ${n} frames`,
  posteriorsPicture: (parts) => `Highest probability of each label: ${parts.join(", ")}`,
  posteriorPart: (label, peak) => `${label} ${percent(peak)}`,
  tick: (time, digits) => `${time.toFixed(digits)} s`,
  timelineNote:
    "Each row below the MFCC is a label: how probable it is, drawn at the middle of the second that the network " +
    "heard. On the right, its highest value.",
  playRecording: "Play",
  pause: "Pause",
  unplayable: "This browser can’t play this kind of file",

  command: "The same, on a command line",
  copy: "Copy as curl",
  copied: "Copied",
  copyByHand: "Press Ctrl+C",
  json: "JSON",

  listen: "Listen",
  stopListening: "Stop",
  beforeListening: "The words that heed knows. Press Listen and say one.",
  sayOne: "Say one of these words.",
  notListening: "The microphone is off.",
  opening: "Asking for the microphone …",
  connecting: "Connecting …",
  listening: "Listening. The sound goes to this service and nowhere else.",
  lost: (reason) => `No connection to the service${reason ? `: ${reason}` : ""}.`,
  again: (wait) => `Trying again in ${wait} s.`,
  tooSlow: "The connection is too slow: some sound was left out.",
  refusedByService: (reason) => `The service ended the stream: ${reason}`,
  level: "Level of the microphone",
  levelValue: (level) => `${Math.round(level)} dB`,
  strip: "The last ten seconds: level, and the words where they were heard",
  stripWords: (words) => (words.length ? `The last ten seconds: ${words.join(", ")}` : "The last ten seconds: no word"),
  certainty: "How likely each word is",
  threshold: "Accept at",
  history: "Heard",
  nothingYet: "Nothing yet",
  clock: (time) => `${Math.floor(time / 60)}:${(time % 60).toFixed(1).padStart(4, "0")}`,
  percent,
  wholePercent: (share) => `${Math.round(100 * share)} %`,

  parameters: "Query",
  answer: "Answer",
  statuses: "Statuses",
  openapi: "All of it as an OpenAPI document",
  range: ({ minimum, maximum, default: usual }) => `${minimum} to ${maximum}, usually ${usual}`,
  or: " or ",
  listOf: (type) => `list of ${type}`,

  play: {},

  teach: {},

  unreachable: "The service does not answer. Is it running?",
  badAnswer: (status) => `The service answered ${status} without saying why.`,
  microphone: {
    insecure: (origin) =>
      `Browsers give the microphone only to pages from localhost or over https. This page comes from ${origin}.`,
    NotAllowedError:
      "The microphone was refused. Allow it for this page (the icon beside the address), then press the button again.",
    NotFoundError: "No microphone was found. Connect one, then press the button again.",
    NotReadableError: "The microphone can’t be opened: another program may be using it.",
    gone: "The microphone was disconnected. Connect it, then press the button again.",
    other: (error) => `The microphone can’t be opened: ${error.message || error.name}`,
  },
};

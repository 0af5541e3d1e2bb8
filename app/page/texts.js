// Every text that the page shows; texts of the service itself are shown as they are.

const percent = (share) => `${Math.min(99.9, 100 * share).toFixed(1)} %`; // a certainty of 100 % would be a lie
const wholePercent = (share) => `${Math.round(100 * share)} %`;
const milliseconds = (time) => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const decibels = (level) => `${Math.round(level)} dB`.replace("-", "−");
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
  recordingLimit: "Say a word or several. It stops by itself when you pause.",
  recordingPicture: "Level of the recording",
  notHeard: "Not heard",
  recordingFile: (now) => `heed-${now.toLocaleString("sv").replace(/[^\d]+/g, "-")}.wav`,
  beforeRecording: "The words that heed knows. Record one, choose a file, or try an example.",
  hearing: "Listening …",

  silence: "Silence",
  silenceWhy: "no speech was heard",
  unknown: "Another word",
  unknownWhy: "speech, but no word that heed knows",
  lowConfidence: (word) => `Perhaps “${word}”`,
  lowConfidenceWhy: (confidence) => `only ${percent(confidence)} sure, too little to accept it`,
  sure: (confidence) => `${percent(confidence)} sure`,
  sureMeaning:
    "The number says how sure heed is that this word was said: of a hundred words that it reports at 84 %, about 84 " +
    "were said. It is decided when the word is over, and stays the same wherever you see it.",
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
  posteriorsPicture: (parts) => `Probability of each label over time; heard: ${parts.join(", ") || "no word"}`,
  posteriorPart: (label, peak) => `${label} ${percent(peak)}`,
  tick: (time, digits) => `${time.toFixed(digits)} s`,
  timelineNote:
    "Each row below the MFCC is a label: how probable it is, drawn at the middle of the second that the network " +
    "heard. The number on the right says how sure heed is of a word that it heard.",
  playRecording: "Play",
  pause: "Pause",
  unplayable: "This browser can’t play this kind of file",

  command: "The same, on a command line",
  copy: "Copy as curl",
  download: "Download",
  copied: "Copied",
  copyByHand: "Press Ctrl+C",
  json: "JSON",

  listen: "Listen",
  stopListening: "Stop",
  beforeListening: "Press Listen and say one of the words below.",
  sayOne: "Say one of the words below.",
  sayWord: (word) => `Say “${word}”`,
  notListening: "The microphone is off.",
  opening: "Asking for the microphone …",
  connecting: "Connecting …",
  listening: "Listening. The sound goes to this service alone.",
  lost: (reason) => `No connection to the service${reason ? `: ${reason}` : ""}.`,
  again: (wait) => `Trying again in ${wait} s.`,
  tooSlow: "The connection is too slow: some sound was left out.",
  refusedByService: (reason) => `The service ended the stream: ${reason}`,
  strip: "The last ten seconds: level, and the words where they were heard",
  stripWords: (words) => (words.length ? `The last ten seconds: ${words.join(", ")}` : "The last ten seconds: no word"),
  vocabulary: "What you can say",
  threshold: "How sure heed must be",
  thresholdMeaning: (threshold, usual) => {
    const rule = `heed reports a word when it is at least ${wholePercent(threshold)} sure.`;
    if (Math.abs(threshold - usual) < 0.01) return `${rule} This is its usual setting.`;
    return threshold < usual
      ? `${rule} Below its usual ${wholePercent(usual)} it misses fewer words, and takes more noise for words.`
      : `${rule} Above its usual ${wholePercent(usual)} it makes fewer mistakes, and you must say more words twice.`;
  },
  history: "Heard",
  nothingYet: "Nothing yet",
  clock: (time) => `${Math.floor(time / 60)}:${(time % 60).toFixed(1).padStart(4, "0")}`,
  percent,
  wholePercent,

  model: "Model",
  tryIt: "Try it",
  clip: "The clip:",
  orExample: "or an example",
  onlyWords: "Only these words",
  leastConfidence: "Threshold",
  send: "Send",
  enterKey: "Enter an API key",
  changeKey: "Change the API key",
  sameCall: "The same call",
  copyCode: "Copy",
  parameters: "Query",
  answer: "Answer",
  statuses: "Statuses",
  openapi: "All of it as an OpenAPI document",
  range: ({ minimum, maximum, default: usual }) => `${minimum} to ${maximum}, usually ${usual}`,
  or: " or ",
  listOf: (type) => `list of ${type}`,

  heardWord: (word, confidence) => `${word}, ${percent(confidence)} sure`,

  play: {
    round: "Say it",
    roundHint: "heed asks for every word that it knows, then says what it heard, and how your microphone and room do.",
    beginRound: "Begin the round",
    endRound: "End the round",
    skip: "Skip",
    timeLeft: "Time left for this word",
    sayNow: (word) => `Say “${word}”`,
    progress: (number, n) => `${number} of ${n}`,
    before: ({ word, heard }) => {
      if (!heard) return `“${word}” was not heard`;
      return heard === word ? `“${word}” was heard` : `“${word}” was heard as “${heard}”`;
    },
    roundDone: (nRight, n) => `${nRight} of ${n} words were heard as they were meant.`,
    result: "What was heard in the round",
    columns: { word: "Word", heard: "Heard as", sure: "Sure", reaction: "Reaction" },
    notHeard: "not heard",
    seconds,
    advice: {
      nothing: "Hardly any speech came from the microphone. See in your system’s settings whether it is the right one.",
      loud: "Your voice is too loud for the microphone. Move back a little, or turn its level down.",
      quiet: "Your voice is too quiet. Come closer to the microphone, or turn its level up.",
      noisy: "The room is noisy. Come closer to the microphone, or switch off what hums, plays or blows.",
      good: "Your microphone and room are good.",
    },
    levels: ({ speech, noise }) => `Speech came at ${decibels(speech)}, the room at ${decibels(noise)}.`,

    game: "Steer by voice",
    how:
      "Say left, right, up or down to steer the dot, stop and go to halt it and send it on. Pass over a ring for one " +
      "point; stop on a diamond for three. On a keyboard: the arrow keys, Space and Escape to pause.",
    gameHint: "You have a minute. An order counts from the moment you begin to say it.",
    board: "Board of the game",
    byVoice: "Play by voice",
    byKeys: "Play with keys",
    pause: "Pause",
    goOn: "Go on",
    paused: "Paused.",
    lacks: (missing) => `This model doesn’t know ${missing.join(", ")}. Play with keys.`,
    left: "Time",
    points: "Points",
    hits: "Hits",
    secondsLeft: (time) => `${Math.ceil(time / 1000)} s`,
    reaction: (times) => (times.length ? seconds(mean(times) / 1000) : "–"),
    places: ({ target, cell, isMoving }) => {
      const place = ([x, y]) => `column ${x + 1}, row ${y + 1}`;
      const stands = isMoving ? "" : ` The dot stands at ${place(cell)}.`;
      return `${target.isDiamond ? "Stop on the diamond" : "Ring"} at ${place(target.cell)}.${stands}`;
    },
    gameOver: ({ points, hits, reactions }, best, isBest) => {
      const reacted = reactions.length ? `, ${seconds(mean(reactions) / 1000)} to react` : "";
      return `Time! ${points} points, ${hits} hits${reacted}. ${isBest ? "Your best so far." : `Your best: ${best}.`}`;
    },
  },

  teach: {
    word: "Your word",
    placeholder: "lamp",
    say: "Say it three times",
    more: "Say it three times more",
    text: "Teach it from its text",
    stop: "Stop",
    hint: "Type a word. Then say it, or let the voices of the service say it.",
    sayNow: (word, number, n) => `Say “${word}”. ${number} of ${n}.`,
    checking: "Looking at what was said …",
    speaking: "The voices of the service say it …",
    done: (word) => `“${word}” is live. Say it now, to try it.`,
    takes: "Recordings",
    take: (number) => `Recording ${number}`,
    good: "good",
    play: (number) => `Play recording ${number}`,
    meter: (word) => `How much the last second sounds like “${word}”`,
    heard: (n) => (n === 1 ? "heard once" : `heard ${n} times`),
    tryIt: "Try it",
    stopTrying: "Stop",
    yours: "Words of your own",
    none: "None yet. Words that you teach are heard everywhere, beside the others.",
    source: (recordings, text) =>
      [recordings && (recordings === 1 ? "1 recording" : `${recordings} recordings`), text && "text"]
        .filter(Boolean)
        .join(" and "),
    recall: (share) => `${wholePercent(share)} of them are heard when left out`,
    alike: (words) => `may be taken for ${words.join(", ")}`,
    playFirst: "Play",
    rename: "Rename",
    newName: (word) => `A new name for “${word}”`,
    forget: "Forget",
    sureToForget: (word) => `Forget “${word}” and its recordings?`,
    forgotten: (word) => `“${word}” is forgotten.`,
    export: "Export all",
    import: "Import",
    imported: (words) => `Imported: ${words.join(", ")}.`,
    cannot: (reason) => `This service learns no words: ${reason}`,
    fileName: (word, number) => `${word}-${number}.wav`,
  },

  unreachable: "The service does not answer. Is it running?",
  noKind: "its name does not say which",
  problems: {
    "urn:heed:not-audio": (kind) =>
      `heed can’t read this kind of file (${kind}). Choose a sound file such as MP3, WAV or FLAC, or press Record.`,
    "urn:heed:unsupported-encoding": (kind) =>
      `heed can’t read the sound in this file (${kind}). Choose an MP3 or WAV file, or press Record.`,
    "urn:heed:unreadable-audio": () => "The sound in this file is damaged. Choose another file, or press Record.",
    "urn:heed:no-samples": () => "There is no sound in this file. Choose another one, or press Record.",
    "urn:heed:audio-too-short": () => "This is too short to hold a word. It needs a tenth of a second at least.",
    "urn:heed:audio-too-long": () => "This is too long to show. Choose a recording of up to a minute.",
  },
  refusals: {
    429: "This is more than the service lets one visitor ask at a time. Wait a moment, then try again.",
    503: "heed is busy. Try again in a moment.",
  },
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

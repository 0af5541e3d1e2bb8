"""The errors that heed raises on purpose, one class each.

HeedError
├── AudioError                  the clip can't be answered
│   ├── NotAudio                heed reads no container that begins like this
│   ├── UnsupportedEncoding     a known container with an encoding, rate or channel count that heed does not read
│   ├── UnreadableAudio         the right container and encoding, but the decoder failed in it
│   ├── NoSamples               decodes to nothing
│   ├── AudioTooShort           under the shortest clip that can hold a word
│   ├── AudioTooLong            over the limit of decoded seconds
│   ├── SamplesNotFinite        NaN or infinity among the samples
│   ├── SamplesOutOfRange       floats far beyond full scale that fit no other scale either
│   └── NoSuchChannel           the clip does not have the channel that was asked for
├── CheckpointError             the file is not a checkpoint of heed, is torn, or is of another version
├── MicrophoneError             nothing can be heard from a microphone
├── UnknownWord                 a word that the model does not know
├── WordTaken                   a word that the model knows already, so it can't be taught
├── UnusableRecording           a word can't be learned from the recording
│   ├── NoSpeech                nothing stands out of its noise
│   ├── TooQuiet                the word is hardly louder than the last bits of a converter
│   ├── CutOff                  the word reaches to the beginning or the end of the recording
│   ├── Clipped                 the word is beyond what the microphone could record
│   └── WordTooLong             the word does not fit into the second that heed hears
└── EmbeddingMissing            the speech embedding is not installed, or its file is another one
"""


class HeedError(Exception):
    """The base of all errors that heed raises on purpose; a message says what is wrong and what would be right."""


class AudioError(HeedError):
    """The clip can't be answered."""


class NotAudio(AudioError):
    """Heed reads no container that begins like this."""


class UnsupportedEncoding(AudioError):
    """A known container with an encoding, sample rate or channel count that heed does not read."""


class UnreadableAudio(AudioError):
    """The right container and encoding, but the decoder failed in it."""


class NoSamples(AudioError):
    """The clip decodes to nothing."""


class AudioTooShort(AudioError):
    """Under the shortest clip that can hold a word."""


class AudioTooLong(AudioError):
    """Over the limit of decoded seconds."""


class SamplesNotFinite(AudioError):
    """NaN or infinity among the samples."""


class SamplesOutOfRange(AudioError):
    """Floats far beyond full scale that fit no other scale either."""


class NoSuchChannel(AudioError):
    """The clip does not have the channel that was asked for."""


class CheckpointError(HeedError):
    """Not a checkpoint of heed, torn, or of another version."""


class MicrophoneError(HeedError):
    """There is no microphone, or what would listen to it is not installed."""


class UnknownWord(HeedError):
    """A word that the model does not know."""


class WordTaken(HeedError):
    """A word that the model knows already, so it can't be taught."""


class UnusableRecording(HeedError):
    """A word can't be learned from the recording."""


class NoSpeech(UnusableRecording):
    """Nothing stands out of the recording's noise."""


class TooQuiet(UnusableRecording):
    """The word is hardly louder than the last bits of a converter."""


class CutOff(UnusableRecording):
    """The word reaches to the beginning or the end of the recording."""


class Clipped(UnusableRecording):
    """The word is beyond what the microphone could record."""


class WordTooLong(UnusableRecording):
    """The word does not fit into the second that heed hears."""


class EmbeddingMissing(HeedError):
    """The speech embedding is not installed, or its file is another one."""


class NoVoice(HeedError):
    """No voice is installed that can say a typed word."""

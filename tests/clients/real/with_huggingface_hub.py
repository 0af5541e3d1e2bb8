"""Hugging Face's package gets scores and text of a recording, and errors as its own exceptions."""

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError

classifier = InferenceClient(model="http://localhost:8000/audio-classification")
recognizer = InferenceClient(model="http://localhost:8000/transcribe")
print(classifier.audio_classification("examples/left.wav", top_k=2)[0].label)
print(recognizer.automatic_speech_recognition("examples/commands.wav").text)

assert len(classifier.audio_classification("examples/left.wav")) == 5
assert [score.label for score in classifier.audio_classification("examples/left.wav", top_k=1)] == ["left"]
try:
    classifier.audio_classification(b"no sound")
except HfHubHTTPError as error:
    assert "no sound file" in str(error)
    print(type(error).__name__)

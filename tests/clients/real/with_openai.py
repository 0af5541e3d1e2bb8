"""OpenAI's package gets a recording's words in each of its forms, and errors as its own exceptions."""

from functools import partial
from pathlib import Path

import openai
from openai import OpenAI

client = OpenAI(base_url="http://localhost:8000/v1", api_key="none")
answer = client.audio.transcriptions.create(model="whisper-1", file=Path("examples/left.wav"))
print(answer.text)

transcribe = partial(client.audio.transcriptions.create, model="whisper-1", file=Path("examples/commands.wav"))
assert transcribe(response_format="text") == "go left stop yes\n"
assert transcribe(response_format="srt").count(" --> ") == 4
assert transcribe(response_format="vtt").startswith("WEBVTT\n")

verbose = transcribe(response_format="verbose_json", timestamp_granularities=["word"])
assert all(word.start < word.end < verbose.duration for word in verbose.words)
print(*[word.word for word in verbose.words])

events = list(transcribe(stream=True))
assert [event.type for event in events] == ["transcript.text.delta", "transcript.text.done"]
assert events[-1].text == "go left stop yes"

(model,) = client.models.list()
assert client.models.retrieve(model.id) == model
try:
    transcribe(model="parrot")
except openai.NotFoundError as error:
    assert error.code == "model_not_found"
    print(type(error).__name__)

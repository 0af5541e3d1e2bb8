"""heed's own package recognizes recordings and live sound, lists the service's words, and teaches it one."""

import wave
from collections.abc import Iterator

from heed_client import Client, ServiceError


def chunks(path: str) -> Iterator[bytes]:
    with wave.open(path) as clip:
        while chunk := clip.readframes(clip.getframerate() // 10):
            yield chunk


with Client("http://localhost:8000") as client:
    print(client.transcribe("examples/left.wav").text)
    print(*[event.label for event in client.listen(chunks("examples/commands.wav"))])
    assert "left" in client.words()
    client.teach("seven", text="seven")
    print(client.transcribe("examples/seven.wav").text)
    client.forget("seven")
    try:
        client.transcribe(b"no sound")
    except ServiceError as error:
        assert error.status == 415
        print(type(error).__name__)

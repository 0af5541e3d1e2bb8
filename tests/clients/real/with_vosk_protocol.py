"""A client of vosk-server, which knows only a host and a port, hears the commands in live sound."""

import asyncio
import json
import wave
from collections.abc import Iterator

from websockets import connect


def chunks(path: str) -> Iterator[bytes]:
    with wave.open(path) as clip:
        while chunk := clip.readframes(clip.getframerate() // 5):
            yield chunk


async def listen(url: str) -> str:
    async with connect(url) as stream:
        await stream.send('{"config": {"sample_rate": 16000}}')
        answers = []
        for chunk in chunks("examples/commands.wav"):
            await stream.send(chunk)
            answers.append(json.loads(await stream.recv()))
        await stream.send('{"eof": 1}')
        answers.append(json.loads(await stream.recv()))
        return " ".join(answer["text"] for answer in answers if answer.get("text"))


print(asyncio.run(listen("ws://localhost:8000")))
print(asyncio.run(listen("ws://localhost:8000/stream?words=go,yes")))

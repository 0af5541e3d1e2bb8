"""A client of Home Assistant's Wyoming protocol gets a transcript, and is told of the words that it waits for."""

import asyncio
import wave

from wyoming.asr import Transcribe
from wyoming.audio import AudioStop, wav_to_chunks
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.wake import Detect


async def answer(client: AsyncClient) -> Event:
    event = await client.read_event()
    if event is None:
        raise EOFError("the service ended the connection")
    return event


async def ask(order: Transcribe | Detect, path: str) -> Event:
    async with AsyncClient.from_uri("tcp://localhost:10300") as client:
        await client.write_event(order.event())
        with wave.open(path) as clip:
            for chunk in wav_to_chunks(clip, 1024, start_event=True, stop_event=False):
                await client.write_event(chunk.event())
        await client.write_event(AudioStop().event())
        return await answer(client)


async def main() -> None:
    async with AsyncClient.from_uri("tcp://localhost:10300") as client:
        await client.write_event(Describe().event())
        info = Info.from_event(await answer(client))
    print(f"{len(info.wake[0].models)} words")
    print((await ask(Transcribe(), "examples/commands.wav")).data["text"])
    print((await ask(Detect(names=["left"]), "examples/commands.wav")).data["name"])
    print(Error.from_event(await ask(Detect(names=["lamp"]), "examples/left.wav")).text.partition(";")[0])


asyncio.run(main())

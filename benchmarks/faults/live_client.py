"""Stream some words to the service, to the end or not."""

from itertools import islice
from random import Random

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.clips import EXAMPLES
from benchmarks.faults.http_client import Client

HEADER_BYTES = 44
CHUNK_BYTES = 8_000  # a quarter of a second
N_CHUNKS_BEFORE_LEAVING = 4

SOUND = (EXAMPLES / "commands.wav").read_bytes()[HEADER_BYTES:]
CHUNKS = [SOUND[start : start + CHUNK_BYTES] for start in range(0, len(SOUND), CHUNK_BYTES)]


async def stream(client: Client, _: Random) -> str:
    """Return the code that closes a stream, after the answers to all its chunks."""
    client.leave()
    async with connect(f"ws://127.0.0.1:{client.port}/stream", compression=None) as socket:
        try:
            for chunk in CHUNKS:
                await socket.send(chunk)
                await socket.recv()
            await socket.send('{"eof": 1}')
            while True:
                await socket.recv()
        except ConnectionClosed as end:
            return str(end.rcvd.code if end.rcvd else 1006)


async def stream_and_leave(client: Client, random: Random) -> str:
    client.leave()
    async with connect(f"ws://127.0.0.1:{client.port}/stream", compression=None) as socket:
        for chunk in islice(CHUNKS, random.randrange(N_CHUNKS_BEFORE_LEAVING)):
            await socket.send(chunk)
        socket.transport.abort()
    return "left"

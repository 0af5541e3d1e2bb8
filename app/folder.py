"""Serve every export in a folder, and take up files that are new, replaced or removed while the service runs."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.models import Model, Models
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.digest import SUMS
from model.errors import HeedError
from model.recognizer import Recognizer

POLL_SECONDS = 1.0

logger = logging.getLogger("uvicorn.error")

Stamp = tuple[int, ...]  # tells one state of a file from another


class ModelFolder:
    """Keeps a process's models like the exports in a folder, each under its file's name without ``.onnx``.

    It looks at names, sizes and times again and again, which works on every file system. A file counts once two looks
    have found it the same, so that one that is being written is left alone, and one that is replaced is never missed.
    A file that can't be served is tried again when it changes; until then the model that it was before goes on.
    """

    def __init__(self, folder: Path, models: Models, settings: Settings, metrics: Metrics) -> None:
        self._folder, self._models, self._settings, self._metrics = folder, models, settings, metrics
        self._seen: dict[str, Stamp] | None = None  # at the last look
        self._taken: dict[str, Stamp] = {}  # what was served or refused
        self._is_lost = False
        self._thread = ThreadPoolExecutor(1, "models")

    async def begin(self) -> None:
        """Serve the files that are there at the start."""
        await self.look()
        await asyncio.sleep(POLL_SECONDS)
        await self.look()

    async def follow(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Take up what has changed, if it was the same at the look before."""
        loop = asyncio.get_running_loop()
        try:
            seen = await loop.run_in_executor(self._thread, _stamps, self._folder)
        except OSError as error:
            if not self._is_lost:
                logger.error("HEED_MODELS can't be read, so its models stay as they are: %s", error)
            self._is_lost = True
            return
        self._is_lost = False
        before, self._seen = self._seen, seen
        if before is None:
            return
        for file in sorted(seen.keys() | self._taken.keys()):
            stamp = seen.get(file)
            if stamp == before.get(file) != self._taken.get(file):
                await self._take(file, stamp)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def _take(self, file: str, stamp: Stamp | None) -> None:
        if stamp is None:
            del self._taken[file]
            self._models.refused.pop(file, None)
            self._models.remove(Path(file).stem)
            logger.info("%s was removed, and is served no longer", file)
            return
        self._taken[file] = stamp
        if reason := await self._serve(file):
            self._models.refused[file] = reason
            logger.error("Refused: %s", reason)
        else:
            self._models.refused.pop(file, None)
        self._metrics.model_loaded(is_refused=bool(reason))

    async def _serve(self, file: str) -> str | None:
        """Load a file, warm it up and let it answer; return the reason if that fails."""
        try:
            model = await asyncio.get_running_loop().run_in_executor(self._thread, self._load, self._folder / file)
        except HeedError as error:
            return " ".join(str(error).replace(f"{self._folder}/", "").split())  # clients read it, so no folder
        except Exception as error:  # noqa: BLE001 # a file of any content must not end the service
            return f"{file} is damaged, or no export of this version of heed: {error!r}"
        await model.queue.warm_up()
        if not model.queue.is_warm:
            model.close()
            return f"{file} fails at a second of silence; the log says how"
        self._metrics.begin_at_zero(model.labels)
        self._models.put(model)
        return None

    def _load(self, path: Path) -> Model:
        recognizer = Recognizer.load(path, second_opinion=self._settings.second_opinion)
        recognizer.name = path.stem
        return Model(recognizer, self._settings, self._metrics, path=path)


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Find the exports in a folder; a file that its SHA256SUMS vouches for changes with that list.

    Raises:
        OSError: the folder can't be read.
    """
    exports = [path for path in folder.iterdir() if path.suffix == ".onnx" and not path.name.startswith(".")]
    sums = _stamp(folder / SUMS) or ()
    return {path.name: stamp + sums for path in exports if (stamp := _stamp(path))}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:  # removed since the folder was listed
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

"""Every setting of the service; nothing else in heed reads the environment."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.server.tls import UnusableCertificate, server_context
from app.setting_kinds import (
    DEFAULT_PORT,
    EngineName,
    Folder,
    HostNames,
    KeysFile,
    LogLevel,
    Networks,
    Origins,
    Port,
    RedisUrl,
    SecondOpinionAsked,
    TcpAddress,
    refuse_unusable,
    wrong,
)
from app.variables import PREFIX, unknown_variables
from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT

SHIPPED_FOR = {"onnx": SHIPPED, "torch": SHIPPED_CHECKPOINT}
MEBIBYTE = 2**20
STREAM_RATES_HZ = (8_000, 96_000)
SLOWEST = 0.1  # seconds for one of sound; a processor of 2020 takes a hundredth


class Settings(BaseSettings):
    """Each setting is read from ``HEED_`` and its name in capitals, such as ``HEED_PORT``; empty counts as unset."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0 means all addresses")
    port: Port = Field(default=DEFAULT_PORT, ge=1, le=65_535, description="port to listen on")
    wyoming: TcpAddress = Field(
        default=None,
        description="address for clients of the Wyoming protocol (Home Assistant), such as tcp://0.0.0.0:10300; unset: "
        "none",
    )
    wyoming_zeroconf: bool = Field(
        default=False, description="true announces that address in the local network by zeroconf (mDNS)"
    )
    engine: EngineName = Field(
        default="onnx", description="which shipped file to serve: onnx (ONNX Runtime) or torch (PyTorch)"
    )
    model: Path | None = Field(default=None, description="export (.onnx) or checkpoint to serve; unset: a shipped one")
    models: Folder | None = Field(
        default=None,
        description="folder of further exports, each served under its file's name without .onnx; default.onnx takes "
        "the place of HEED_MODEL",
    )
    teaching: bool = Field(default=True, description="whether words can be taught; taught words are answered anyway")
    database: str | None = Field(
        default=None,
        repr=False,
        description="SQLAlchemy's URL of the database of taught words, such as "
        "postgresql+psycopg://user:password@host/heed; unset: a SQLite file, heed/words.db in the user's data folder",
    )
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="least confidence of an accepted command; unset: the model's"
    )
    second_opinion: SecondOpinionAsked = Field(
        default="unsure",
        description="when a second recognizer is asked about a word too: off, unsure (where the network is) or always",
    )
    max_clip_bytes: int = Field(
        default=16 * MEBIBYTE, ge=1024, le=1024 * MEBIBYTE, description="bytes of the largest sound file"
    )
    upload_seconds: float = Field(
        default=30, gt=0, le=3600, description="time for a body to arrive; a later one is answered 408"
    )
    max_held_bytes: int = Field(
        default=256 * MEBIBYTE, ge=1024, description="bytes of all bodies in a process; beyond it: 503"
    )
    max_clip_seconds: float = Field(
        default=MAX_CLIP_SECONDS, ge=0.1, le=3600, description="seconds of the longest clip"
    )
    log_level: LogLevel = Field(
        default="info",
        description="critical, error, warning, info (a line per request and stream) or debug (health checks too)",
    )
    workers: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="worker processes; unset: as many as there are processors; 1: alone, without a supervisor",
    )
    max_batch: int = Field(default=8, ge=1, le=64, description="most clips that are recognized together")
    max_waiting: int = Field(
        default=1024, ge=1, le=65_536, description="clips that may wait in a process; more are answered 503"
    )
    max_streams: int = Field(
        default=100, ge=1, le=65_536, description="live streams in a process; more are closed with code 1013"
    )
    stream_sample_rate: float = Field(
        default=SAMPLE_RATE,
        ge=STREAM_RATES_HZ[0],
        le=STREAM_RATES_HZ[1],
        description="Hz of the samples of a stream whose client does not say it",
    )
    max_message_bytes: int = Field(
        default=2 * MEBIBYTE,
        ge=1024,
        le=64 * MEBIBYTE,
        description="bytes of a stream's largest message; by default a minute at 16 kHz",
    )
    stream_idle_seconds: float = Field(
        default=60, gt=0, le=86_400, description="time after which a stream without messages is closed"
    )
    api_keys_file: KeysFile | None = Field(
        default=None, description="file with one API key per line; unset: no key is needed"
    )

    max_requests_per_second: float | None = Field(
        default=None, gt=0, le=1e6, description="limit of each API key or address, in each process; beyond it: 429"
    )
    rate_limit_store: RedisUrl = Field(
        default=None,
        description="Redis server, such as redis://localhost:6379, in which all processes and machines count that limit"
        " together; unset: each process counts for itself",
    )
    max_concurrent: int | None = Field(
        default=None,
        ge=1,
        le=65_536,
        description="requests and streams that a key or address may have open at once; beyond it: 429",
    )
    trusted_proxies: Networks = Field(
        default=("127.0.0.1",),
        description="addresses or networks whose X-Forwarded-For is believed, commas between them",
    )
    hosts: HostNames = Field(
        default=(),
        description="names such as heed.example or *.heed.example under which the service is reached, beside addresses "
        "and local names; * means all",
    )
    cors_origins: Origins = Field(
        default=(), description="other sites whose pages may use the service, commas between them"
    )

    tls_certificate: Path | None = Field(
        default=None, description="file with the certificate for https, in PEM form; unset: heed speaks http"
    )
    tls_key: Path | None = Field(default=None, description="file with the certificate's key, in PEM form")

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, values: dict[str, Any]) -> dict[str, Any]:
        if unknown := unknown_variables(os.environ, cls.model_fields):
            raise PydanticCustomError("unknown", "{names}", {"names": "; ".join(unknown)})
        return values

    @model_validator(mode="after")
    def _check_certificate(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise wrong("HEED_TLS_CERTIFICATE and HEED_TLS_KEY belong together; set both or neither")
        if self.tls_certificate and self.tls_key:
            try:
                server_context(self.tls_certificate, self.tls_key)
            except UnusableCertificate as error:
                raise wrong(f"HEED_TLS_CERTIFICATE and HEED_TLS_KEY can't be used: {error}") from error
        return self

    @model_validator(mode="after")
    def _check_rate_limit(self) -> Self:
        if self.rate_limit_store is None:
            return self
        if self.max_requests_per_second is None:
            raise wrong("HEED_RATE_LIMIT_STORE counts HEED_MAX_REQUESTS_PER_SECOND, which is unset")
        for package in ("limits", "redis"):
            if find_spec(package) is None:
                raise wrong(f"HEED_RATE_LIMIT_STORE needs the package {package}: pip install -r requirements-redis.txt")
        return self

    @model_validator(mode="after")
    def _check_wyoming(self) -> Self:
        if self.wyoming is None and self.wyoming_zeroconf:
            raise wrong("HEED_WYOMING_ZEROCONF announces the address HEED_WYOMING, which is unset")
        if self.wyoming is not None and self.wyoming.port == self.port:
            raise wrong(f"HEED_WYOMING and HEED_PORT must be different ports, not {self.port} both")
        needed = ["wyoming"] * (self.wyoming is not None) + ["zeroconf"] * self.wyoming_zeroconf
        for package in needed:
            if find_spec(package) is None:
                raise wrong(f"HEED_WYOMING needs the package {package}: pip install -r requirements-wyoming.txt")
        return self

    @model_validator(mode="after")
    def _check_database(self) -> Self:
        if self.database is not None:
            refuse_unusable(self.database)
        return self

    @property
    def database_url(self) -> str:
        if self.database is not None:
            return self.database
        data = os.environ.get("XDG_DATA_HOME") or Path(os.environ.get("HOME") or "/") / ".local/share"
        return f"sqlite:///{data}/heed/words.db"

    @property
    def limits_access(self) -> bool:
        return (self.api_keys_file, self.max_requests_per_second, self.max_concurrent) != (None, None, None)

    drain_seconds: float = Field(
        default=1, ge=0, le=300, description="after a SIGTERM, time to go on while /readyz says 503"
    )
    hang_seconds: float = Field(default=60, ge=1, le=86_400, description="time after which a stuck process is replaced")

    @property
    def longest_silence(self) -> float:
        """Seconds after which a process counts as stuck: more than the longest batch at a tenth of heed's pace."""
        return max(self.hang_seconds, self.max_batch * self.max_clip_seconds * SLOWEST)

    @property
    def model_path(self) -> Path:
        return self.model or SHIPPED_FOR[self.engine]

    def threshold_or(self, default: float) -> float:
        return default if self.threshold is None else self.threshold

"""The environment in, the service's settings out; nothing else of heed reads the environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.audio import MAX_CLIP_SECONDS
from model.recognizer import SHIPPED

MEBIBYTE = 2**20

LogLevel = Annotated[Literal["critical", "error", "warning", "info", "debug"], BeforeValidator(str.lower)]


class Settings(BaseSettings):
    """Each is set by its name in capitals after ``HEED_``, such as ``HEED_PORT``; set to nothing it is as if unset."""

    model_config = SettingsConfigDict(env_prefix="HEED_", env_ignore_empty=True, frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0 for all")
    port: int = Field(default=8000, ge=1, le=65_535, description="port to listen on")
    model: Path = Field(default=SHIPPED, description="checkpoint to serve")
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="least confidence to accept; unset: the checkpoint's"
    )
    max_clip_bytes: int = Field(default=16 * MEBIBYTE, ge=1024, le=1024 * MEBIBYTE, description="largest sound file")
    max_clip_seconds: float = Field(default=MAX_CLIP_SECONDS, ge=0.1, le=3600, description="longest clip")
    log_level: LogLevel = Field(default="info", description="critical, error, warning, info or debug")
    workers: int | None = Field(
        default=None, ge=1, le=256, description="clips heard at once; unset: as many as processors"
    )

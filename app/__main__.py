"""The environment in, a running service out: ``python -m app``."""

import argparse
import sys
from logging.config import dictConfig

import uvicorn
from pydantic import ValidationError

from app.http_connection import HttpConnection
from app.logs import logging_config
from app.quota import usable_cpus
from app.settings import Settings
from app.shared_metrics import shared_metrics
from app.web_socket import WebSocketProtocol
from model.errors import CheckpointError
from model.recognizer import Recognizer

SHUTDOWN_SECONDS = 5  # for requests that have begun; a client that stops sending must not hold up a restart


def main(arguments: list[str] | None = None) -> int:
    _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"heed: {_in_one_line(error)}", file=sys.stderr)
        return 2
    try:
        _serve(settings)
    except CheckpointError as error:
        message = " ".join(str(error).split())  # torch spreads what it says of tensors over lines
        print(f"heed: {message}; HEED_MODEL names the checkpoint to serve", file=sys.stderr)
        return 1
    return 0


def _serve(settings: Settings) -> None:
    """Serve until a signal ends it; with one worker in this process, with several in as many others."""
    n_workers = settings.workers or usable_cpus()
    if n_workers > 1:
        Recognizer.load(settings.model_path)  # where it can't be, say so once and not in every process
    log_config = logging_config(settings.log_level)
    dictConfig(log_config)
    with shared_metrics(n_workers):
        uvicorn.run(
            "app.main:create_app_from_environment",
            factory=True,
            workers=n_workers,
            host=settings.host,
            port=settings.port,
            log_config=log_config,
            access_log=False,  # app/observation.py writes a line per request
            server_header=False,
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            http=HttpConnection,
            ws=WebSocketProtocol,
            ws_max_size=settings.max_message_bytes,
            ws_per_message_deflate=False,  # sound hardly shrinks, at a cost for each chunk
        )


def _parser() -> argparse.ArgumentParser:
    variables = [f"  HEED_{name.upper():23} {field.description}" for name, field in Settings.model_fields.items()]
    return argparse.ArgumentParser(
        prog="python -m app",
        description="Serve heed over HTTP. There are no options; these variables of the environment set it up:",
        epilog="\n".join(variables),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _in_one_line(error: ValidationError) -> str:
    return "; ".join(
        f"HEED_{str(wrong['loc'][0]).upper()}: {wrong['msg']}, not {wrong['input']!r}" for wrong in error.errors()
    )


if __name__ == "__main__":
    sys.exit(main())

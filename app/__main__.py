"""Start the service: ``python -m app``."""

import argparse
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext

import uvicorn
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.server.alone import serve_alone
from app.server.announcement import announced
from app.server.cpu_quota import usable_cpus
from app.server.http import HttpProtocol
from app.server.supervisor import Supervisor
from app.server.websocket import WebSocketProtocol
from app.settings import Settings
from app.telemetry.logs import logging_config
from app.telemetry.shared_metrics import shared_metrics

SHUTDOWN_SECONDS = 5  # for requests that have begun; a client that stops sending must not hold up a restart

logger = logging.getLogger("uvicorn.error")


def main(arguments: list[str] | None = None) -> int:
    _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"heed: {_in_one_line(error)}", file=sys.stderr)
        return 2
    n_workers = settings.workers or usable_cpus()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of each process: NumPy's idle threads would spin on every core
    with ExitStack() as stack:
        try:
            sockets = [stack.enter_context(_bound(host, port)) for host, port in _addresses(settings)]
        except OSError as error:
            print(f"heed: {error}", file=sys.stderr)
            return 1
        config, drain_seconds = _server_config(settings), settings.drain_seconds
        while_serving = _wyoming_announced(settings, *settings.wyoming) if settings.wyoming else nullcontext()
        if settings.workers == 1:  # asked for: whoever wants one process looks after it
            return 0 if serve_alone(config, sockets, drain_seconds=drain_seconds, while_serving=while_serving) else 1
        stack.enter_context(shared_metrics(n_workers))
        supervisor = Supervisor(
            config, sockets, n_workers=n_workers, drain_seconds=drain_seconds, while_serving=while_serving
        )
        return 0 if supervisor.run() else 1


def _addresses(settings: Settings) -> list[tuple[str, int]]:
    """Where the service listens: for HTTP first, then for the Wyoming protocol, if at all."""
    return [(settings.host, settings.port), *([settings.wyoming] if settings.wyoming else [])]


def _bound(host: str, port: int) -> socket.socket:
    """Make a socket on which processes listen as soon as they can answer; until then connections are refused.

    Raises:
        OSError: the address is not of this machine, or in use.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise OSError(f"{host} port {port} can't be listened on: {error}") from error
    return bound


def _server_config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "app.main:create_app_from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_config=logging_config(settings.log_level),
        access_log=False,  # app/telemetry/requests.py writes a line per request
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_max_size=settings.max_message_bytes,
        ws_per_message_deflate=False,  # sound hardly shrinks, at a cost for each chunk
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )


@contextmanager
def _wyoming_announced(settings: Settings, host: str, port: int) -> Iterator[None]:
    """Tell where the Wyoming protocol is spoken."""
    logger.info("Listening on tcp://%s:%d for the Wyoming protocol", host, port)
    if settings.api_keys_file is not None:
        logger.warning("The Wyoming protocol has no API keys: all who reach port %d may use the service", port)
    with announced(host, port) if settings.wyoming_zeroconf else nullcontext():
        yield


def _parser() -> argparse.ArgumentParser:
    variables = [_help(name, field) for name, field in Settings.model_fields.items()]
    return argparse.ArgumentParser(
        prog="python -m app",
        description="Serve heed over HTTP. There are no options; these variables of the environment set it up:",
        epilog="\n".join(variables),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _help(name: str, field: FieldInfo) -> str:
    default = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    return f"  HEED_{name.upper():23} {field.description} (default: {'unset' if default in (None, '') else default})"


def _in_one_line(error: ValidationError) -> str:
    return "; ".join(_described(wrong) for wrong in error.errors())


def _described(wrong: ErrorDetails) -> str:
    if not wrong["loc"]:  # the variable belongs to no setting
        return wrong["msg"]
    return f"HEED_{str(wrong['loc'][0]).upper()}: {wrong['msg']}, not {wrong['input']!r}"


if __name__ == "__main__":
    sys.exit(main())

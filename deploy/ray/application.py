"""Serve heed on a Ray cluster: ``serve run deploy.ray.application:application``."""

import asyncio
import sys
from contextlib import redirect_stderr

from ray import serve
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.main import create_app_from_environment
from app.telemetry.requests import REQUEST_ID

ASK_AGAIN_SECONDS = 0.1
CLIPS_AND_STREAMS = 1_200  # somewhat more than heed itself lets wait, whose refusals say when to ask again


def create_replica_app() -> ASGIApp:
    """Build the application of one process of the service, but leave the id of an answer to Ray, which adds it too."""
    with redirect_stderr(sys.__stderr__):  # Ray's looks at the whole stack for each line, a sixth of a request's time
        app = create_app_from_environment()

    async def without_id(scope: Scope, receive: Receive, send: Send) -> None:
        async def forward(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message["headers"] if header[0] != REQUEST_ID]
                message = {**message, "headers": others}
            await send(message)

        await app(scope, receive, forward)

    return without_id


class Replica:
    """The application of one process of the service, on one core."""

    app: ASGIApp  # Ray's wrapper makes it

    async def check_health(self) -> None:
        """Return when the replica is ready. Ray sends it no request before, and replaces it if this takes too long."""
        while await _status(self.app, "/readyz") != 200:
            await asyncio.sleep(ASK_AGAIN_SECONDS)


async def _status(app: ASGIApp, path: str) -> int:
    """Ask the application itself, past proxy and server."""
    answer: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        answer.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")]}
    await app(scope, receive, send)
    return int(answer[0]["status"])


heed = serve.deployment(
    name="heed",
    ray_actor_options={"num_cpus": 1},
    max_ongoing_requests=CLIPS_AND_STREAMS,
    autoscaling_config={"min_replicas": 1, "max_replicas": 64, "target_ongoing_requests": 8},
    health_check_period_s=2,
    health_check_timeout_s=10,
    graceful_shutdown_timeout_s=60,
    logging_config={"enable_access_log": False},  # heed writes a line a request itself
)(serve.ingress(create_replica_app)(Replica))
application = heed.bind()

"""Say how the service is: ``/livez``, ``/readyz`` (or ``/healthz``) and ``/metrics``."""

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.openapi import problems
from app.refusals import NotReady
from app.routers.dependencies import MetricsDep, ModelsDep
from app.schemas import Status

router = APIRouter(tags=["health"])

TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/livez")
async def livez() -> Status:
    """Say that the process runs."""
    return Status(status="alive")


@router.get("/healthz", name="healthz", responses=problems(503))
@router.get("/readyz", responses=problems(503))
async def readyz(request: Request, models: ModelsDep) -> Status:
    """Say whether the service answers requests: not before its models are warm, and not while it stops."""
    if request.scope.get("state", {}).get("is_stopping"):  # app/server/server.py sets it
        raise NotReady("stopping or restarting", retry_after_seconds=1)
    if not models.is_warm:
        raise NotReady("still warming up; ask again in a second", retry_after_seconds=1)
    return Status(status="ready")


@router.get("/metrics", response_class=Response, responses=TEXT | problems(401, 429))
def prometheus(metrics: MetricsDep) -> Response:
    """Count what all processes have done, in the text format of Prometheus."""
    return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

"""List the models that a request may choose from: ``GET /models``."""

from fastapi import APIRouter

from app.models import Model, Models
from app.openapi import problems
from app.routers.dependencies import ModelsDep
from app.schemas import RefusedModel, ServedModel, ServedModels

router = APIRouter(tags=["recognition"], responses=problems(401, 429))


@router.get("/models")
async def served_models(models: ModelsDep) -> ServedModels:
    """List the models that `model` may name, and the files that can't be served."""
    refused = [RefusedModel(file=file, reason=reason) for file, reason in sorted(models.refused.items())]
    return ServedModels(models=[_served(model, models) for model in models], refused=refused)


def _served(model: Model, models: Models) -> ServedModel:
    return ServedModel(
        name=model.name,
        is_default=model is models.default,
        words=model.commands,
        threshold=model.threshold,
        file=model.file,
        sha256=model.sha256,
    )

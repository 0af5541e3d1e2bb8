"""The JSON that leaves the service."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from model.decision import Reason
from model.recognizer import Recognition

Confidence = Annotated[float, Field(ge=0, le=1, description="calibrated probability", examples=[0.993])]


class Alternative(BaseModel):
    label: str = Field(examples=["left"])
    confidence: Confidence


class Transcription(BaseModel):
    """What a clip was heard to say."""

    text: str = Field(description="the command; empty when none was accepted", examples=["left"])
    label: str = Field(description="the likeliest label, accepted or not", examples=["left"])
    confidence: Confidence
    accepted: bool = Field(description="whether the label is a command and its confidence reaches the threshold")
    reason: Reason | None = Field(description="why nothing was accepted")
    alternatives: list[Alternative] = Field(description="the likeliest labels, best first")
    duration_seconds: float = Field(description="length of the clip", examples=[1.0])
    model: str = Field(examples=["heed-12-attention"])
    elapsed_ms: float = Field(description="from the clip's arrival to its answer", examples=[2.9])

    @classmethod
    def of(cls, recognition: Recognition, *, top_k: int, model: str, elapsed_ms: float) -> Self:
        decision = recognition.decision
        return cls(
            text=decision.label if decision.accepted else "",
            label=decision.label,
            confidence=round(decision.confidence, 4),
            accepted=decision.accepted,
            reason=decision.reason,
            alternatives=[
                Alternative(label=label, confidence=round(confidence, 4))
                for label, confidence in decision.ranking[:top_k]
            ],
            duration_seconds=round(recognition.duration_seconds, 3),
            model=model,
            elapsed_ms=round(elapsed_ms, 2),
        )


class Labels(BaseModel):
    """What the service can hear."""

    model: str = Field(examples=["heed-12-attention"])
    labels: list[str] = Field(description="in the order of the network's outputs", examples=[["yes", "no"]])
    threshold: Confidence = Field(description="least confidence of an accepted command where a request names none")


class Status(BaseModel):
    status: Literal["alive", "ready"]


class Index(BaseModel):
    name: str = "heed"
    docs: str = "/docs"


class Problem(BaseModel):
    """What went wrong, after RFC 9457."""

    type: str = Field(description="name of the kind of problem", examples=["urn:heed:audio-too-short"])
    title: str = Field(examples=["Clip too short"])
    status: int = Field(examples=[422])
    detail: str = Field(
        description="what was wrong and what would be right",
        examples=["the clip lasts 0.050 s; a word needs at least 0.1 s"],
    )

"""The JSON that leaves the service."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from model import detector
from model.decision import Reason
from model.recognizer import Recognition

Confidence = Annotated[float, Field(ge=0, le=1, description="calibrated probability", examples=[0.993])]


class Alternative(BaseModel):
    label: str = Field(examples=["left"])
    confidence: Confidence


class Score(BaseModel):
    """A label and its probability, in Hugging Face's words."""

    label: str = Field(examples=["left"])
    score: Annotated[float, Field(ge=0, le=1, examples=[0.993])]


class SpottedEvent(BaseModel):
    """A command that was heard, and when."""

    label: str = Field(examples=["left"])
    confidence: Confidence
    start_seconds: float = Field(description="since the start of the clip", examples=[0.21])
    end_seconds: float = Field(examples=[0.68])

    @classmethod
    def of(cls, event: detector.Event) -> Self:
        return cls(
            label=event.label,
            confidence=round(event.confidence, 4),
            start_seconds=round(event.start_seconds, 3),
            end_seconds=round(event.end_seconds, 3),
        )


class Transcription(BaseModel):
    """The commands in a clip."""

    text: str = Field(description="the commands in their order; empty when none was accepted", examples=["left"])
    label: str = Field(description="the likeliest label at the best moment, accepted or not", examples=["left"])
    confidence: Confidence
    accepted: bool = Field(description="whether there is a command whose confidence reaches the threshold")
    reason: Reason | None = Field(description="why nothing was accepted")
    alternatives: list[Alternative] = Field(description="the likeliest labels at the best moment, best first")
    events: list[SpottedEvent] = Field(description="the commands with their times")
    duration_seconds: float = Field(description="length of the clip", examples=[1.0])
    model: str = Field(examples=["heed-12-attention"])
    elapsed_ms: float = Field(description="from the clip's arrival to its answer", examples=[2.9])

    @classmethod
    def of(cls, recognition: Recognition, *, top_k: int, model: str, elapsed_ms: float) -> Self:
        decision = recognition.decision
        return cls(
            text=" ".join(event.label for event in recognition.events),
            label=decision.label,
            confidence=round(decision.confidence, 4),
            accepted=decision.accepted,
            reason=decision.reason,
            alternatives=[
                Alternative(label=label, confidence=round(confidence, 4))
                for label, confidence in decision.ranking[:top_k]
            ],
            events=[SpottedEvent.of(event) for event in recognition.events],
            duration_seconds=round(recognition.duration_seconds, 3),
            model=model,
            elapsed_ms=round(elapsed_ms, 2),
        )


class InspectedWindow(BaseModel):
    """The posteriors of the second that ends at a certain time."""

    end_seconds: float = Field(examples=[1.0])
    posteriors: list[float] = Field(description="one per label, summing to 1")


class Inspection(BaseModel):
    """Everything between a clip and its transcription."""

    transcription: Transcription
    labels: list[str] = Field(description="in the order of the posteriors")
    envelope: list[list[float]] = Field(description="least and greatest sample of at most 1000 equal parts")
    frame_seconds: float = Field(description="from one frame to the next", examples=[0.01])
    frames: list[list[float]] = Field(description="the normalized MFCCs that the network reads")
    looks: list[InspectedWindow]


class Labels(BaseModel):
    """The labels that the service can answer."""

    model: str = Field(examples=["heed-12-attention"])
    labels: list[str] = Field(description="in the order of the network's outputs", examples=[["yes", "no"]])
    threshold: Confidence = Field(description="least confidence of an accepted command where a request names none")


class ServedModel(BaseModel):
    """A model that requests may choose."""

    name: str = Field(examples=["heed-12-attention"])
    is_default: bool = Field(description="whether it answers where a request names no model")
    words: list[str] = Field(description="the commands that it knows", examples=[["yes", "no"]])
    threshold: Confidence = Field(description="least confidence of an accepted command where a request names none")
    file: str = Field(examples=["heed.onnx"])
    sha256: str = Field(description="digest of the file's content")


class RefusedModel(BaseModel):
    """A file that can't be served; if it was served before it changed, that model goes on."""

    file: str = Field(examples=["kitchen.onnx"])
    reason: str


class ServedModels(BaseModel):
    """The models of the service."""

    models: list[ServedModel]
    refused: list[RefusedModel]


class ServedRecording(BaseModel):
    """A recording that a word was taught with."""

    id: str = Field(examples=["9f2c61d05b7e4a38"])
    seconds: float = Field(description="length of the recording that was sent", examples=[1.4])
    url: str = Field(
        description="where the second around the word can be heard",
        examples=["/words/lamp/recordings/9f2c61d05b7e4a38"],
    )


class SimilarWord(BaseModel):
    """A word that a taught one may be taken for, or the other way round."""

    word: str = Field(examples=["left"])
    confidence: Annotated[float, Field(ge=0, le=1, description="in one where the other is said", examples=[0.98])]


class ServedWord(BaseModel):
    """A word that the service was taught."""

    word: str = Field(examples=["lamp"])
    source: Literal["recordings", "text", "both"]
    text: str | None = Field(description="the text that voices spoke, if they did")
    recordings: list[ServedRecording]
    threshold: Confidence = Field(description="least confidence of an accepted command where a request names none")
    recall: float | None = Field(
        description="share of the recordings that the others let be heard; null where there are fewer than three",
        examples=[0.92],
    )
    look_alikes: list[SimilarWord] = Field(description="words that it resembles, the likest first")
    taught_at: AwareDatetime


class ServedWords(BaseModel):
    """The words that the service was taught."""

    words: list[ServedWord]
    teaching: bool = Field(description="whether words can be taught")
    reason: str | None = Field(description="why not")
    voices: int = Field(description="how many voices can speak a text", examples=[0])


class Status(BaseModel):
    status: Literal["alive", "ready"]


class Problem(BaseModel):
    """A problem after RFC 9457."""

    type: str = Field(description="name of the kind of problem", examples=["urn:heed:audio-too-short"])
    title: str = Field(examples=["Clip too short"])
    status: int = Field(examples=[422])
    detail: str = Field(
        description="what was wrong and what would be right",
        examples=["the clip lasts 0.050 s; a word needs at least 0.1 s"],
    )

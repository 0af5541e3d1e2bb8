"""Both clients ask for a recording's commands, and say in one exception what went wrong."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from app.settings import Settings
from heed_client import Alternative, AsyncClient, Client, ServiceError, SpottedEvent
from tests.app.ports import free_port
from tests.app.serving import serving
from tests.app.sound import bursts
from tests.app.stubs import Hearing
from tests.clients.python.both import Asking, both
from tests.labels import COMMANDS
from tests.signals import encode, tone

KEY = "a-key-of-24-characters.."
GO_GO = encode(bursts(1.0, 0.8, 2.0, 0.8, 1.0))


class Answering:
    """A server that gives its answers one after the other, and the last one from then on."""

    def __init__(self, *answers: Response) -> None:
        self.answers = answers
        self.n_requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        answer = self.answers[min(self.n_requests, len(self.answers) - 1)]
        self.n_requests += 1
        await answer(scope, receive, send)


@contextmanager
def service(app: ASGIApp) -> Iterator[str]:
    with serving(app) as server:
        yield f"http://127.0.0.1:{server.config.port}"


def busy(seconds: str) -> Response:
    return JSONResponse({"detail": "too much waits"}, 503, {"Retry-After": seconds})


@both
def test_a_recording_is_answered_with_its_commands_and_their_times(client: Asking, url: str) -> None:
    answer = client(url).transcribe(GO_GO)

    assert (answer.text, answer.accepted, answer.reason) == ("go go", True, None)
    first, second = answer.events
    assert isinstance(first, SpottedEvent)
    assert 1 <= first.start_seconds < first.end_seconds < second.start_seconds < 5
    assert isinstance(answer.alternatives[0], Alternative)


@both
@pytest.mark.parametrize("kind", [str, Path])
def test_a_recording_may_be_a_path(client: Asking, url: str, tmp_path: Path, kind: type[str | Path]) -> None:
    (tmp_path / "clip.wav").write_bytes(GO_GO)

    assert client(url).transcribe(kind(tmp_path / "clip.wav")).text == "go go"


@both
def test_the_options_of_a_request_reach_the_service(client: Asking) -> None:
    with service(create_app(Settings(), Hearing("go", 0.6))) as url:
        answer = client(url).transcribe(encode(tone()), threshold=0.7, top_k=1, words=["go", "stop"], channel="mean")

    assert (answer.text, answer.label, answer.reason) == ("", "go", "low_confidence")
    assert len(answer.alternatives) == 1


@both
def test_the_words_are_the_commands_without_silence_and_unknown(client: Asking, url: str) -> None:
    assert client(url).words() == tuple(COMMANDS)


@both
def test_a_refusal_has_the_status_the_detail_and_the_name_in_the_log(client: Asking, url: str) -> None:
    with pytest.raises(ServiceError, match="there is no word 'fly'") as refusal:
        client(url).transcribe(GO_GO, words="go,fly")

    assert refusal.value.status == 422
    assert str(refusal.value) == refusal.value.detail
    assert re.fullmatch("[0-9a-f]{32}", refusal.value.request_id or "")


@both
def test_a_service_that_asks_for_a_key_is_given_it(client: Asking, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(KEY)
    with service(create_app(Settings(api_keys_file=tmp_path / "keys"), Hearing("go", 0.9))) as url:
        words = client(url, api_key=KEY).words()
        with pytest.raises(ServiceError, match="asks for an API key") as refusal:
            client(url).words()

    assert "go" in words
    assert refusal.value.status == 401


@both
def test_a_service_that_does_not_run_is_named(client: Asking) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(ServiceError, match=f"^{url} can't be reached .*does it run") as error:
        client(url).words()

    assert (error.value.status, error.value.request_id) == (None, None)


@both
def test_a_busy_service_is_asked_again_when_it_says(client: Asking) -> None:
    app = Answering(busy("0"), busy("0"), busy("0"), JSONResponse({"labels": ["go"]}))
    with service(app) as url:
        assert client(url).words() == ("go",)


@both
@pytest.mark.parametrize(("pause", "n_requests"), [("0", 4), ("3600", 1), ("soon", 1)])
def test_a_service_that_stays_busy_is_not_asked_for_ever(client: Asking, pause: str, n_requests: int) -> None:
    app = Answering(busy(pause))
    with service(app) as url, pytest.raises(ServiceError, match="too much waits") as refusal:
        client(url).words()

    assert (refusal.value.status, app.n_requests) == (503, n_requests)


@both
@pytest.mark.parametrize("answer", [HTMLResponse("<p>Hello"), JSONResponse([1]), JSONResponse({"words": []})])
def test_a_server_that_is_not_heed_is_called_so(client: Asking, answer: Response) -> None:
    with service(Answering(answer)) as url, pytest.raises(ServiceError, match="not as heed does") as error:
        client(url).words()

    assert error.value.status is None


@both
def test_an_error_page_of_a_proxy_is_told_by_its_status(client: Asking) -> None:
    app = Answering(HTMLResponse("<p>Oops", 502))
    with service(app) as url, pytest.raises(ServiceError, match=r"^the answer is 502 Bad Gateway$") as error:
        client(url).words()

    assert error.value.status == 502


@both
def test_a_service_may_stand_below_a_path(client: Asking) -> None:
    with service(Answering(JSONResponse({"labels": ["go"]}))) as url:
        assert client(f"{url}/heed").words() == ("go",)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    "url", ["localhost:8000", "127.0.0.1:8000", "ftp://localhost", "http://", "http://localhost:eight", ""]
)
def test_an_address_that_is_none_is_refused_at_once(kind: type[Client | AsyncClient], url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        kind(url)

"""Both clients listen to live sound, and say how a stream ended that did not reach its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from app.main import create_app
from app.settings import Settings
from heed_client import Client, ServiceError
from model.recognizer import Recognizer
from tests.app.ports import free_port
from tests.app.serving import connection_of, serving, wait_until
from tests.app.sound import bursts, chunks_of, pcm
from tests.app.stubs import Ears
from tests.clients.python.both import Asking, both

GO = chunks_of(pcm(bursts(0.3, 1.0, 0.5)), 3_200)


@contextmanager
def service(**settings: object) -> Iterator[uvicorn.Server]:
    with serving(create_app(Settings.model_validate(settings), Recognizer(Ears()))) as server:
        yield server


def url_of(server: uvicorn.Server) -> str:
    return f"http://127.0.0.1:{server.config.port}"


@both
def test_a_command_in_live_sound_is_an_event_with_its_time(client: Asking, url: str) -> None:
    (event,) = client(url).listen(GO)

    assert event.label == "go"
    assert 0.2 < event.start_seconds < event.end_seconds < 1.5


@both
def test_sound_of_another_rate_is_heard_too(client: Asking, url: str) -> None:
    (event,) = client(url).listen([chunk + chunk for chunk in GO], sample_rate=32_000, threshold=0.9)

    assert event.label == "go"


@both
@pytest.mark.parametrize(("words", "n_events"), [("go, stop", 1), (["left"], 0)])
def test_only_the_words_that_are_asked_for_are_heard(
    client: Asking, url: str, words: str | list[str], n_events: int
) -> None:
    events = client(url).listen(GO, words=words)

    assert len(events) == n_events


def test_an_event_comes_before_the_sound_ends(url: str) -> None:
    chunks = iter(GO * 3)

    with Client(url) as client:
        next(client.listen(chunks))

    assert len([*chunks]) > len(GO)


def test_a_program_that_stops_listening_closes_the_stream_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    with service() as server, Client(url_of(server)) as client:
        events = client.listen(GO * 3)
        next(events)
        events.close()
        wait_until(lambda: not server.server_state.connections)

    assert '"code": 1000' in capsys.readouterr().err


@both
def test_a_setting_that_the_service_refuses_is_told_with_the_code(client: Asking, url: str) -> None:
    with pytest.raises(ServiceError, match="sample_rate must be a number from 8000 to 96000, not 4000") as refusal:
        client(url).listen(GO, sample_rate=4_000)

    assert refusal.value.status == 1008


@both
def test_a_stream_without_its_key_is_refused_with_the_reason(client: Asking, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a-key-of-24-characters..")
    with service(api_keys_file=tmp_path / "keys") as server:
        with pytest.raises(ServiceError, match="asks for an API key") as refusal:
            client(url_of(server)).listen(GO)

        (event,) = client(url_of(server), api_key="a-key-of-24-characters..").listen(GO)

    assert refusal.value.status == 401
    assert event.label == "go"


@both
def test_a_stream_to_no_service_names_the_address(client: Asking) -> None:
    port = free_port()

    with pytest.raises(ServiceError, match=f"^ws://127.0.0.1:{port}/stream can't be reached") as error:
        client(f"http://127.0.0.1:{port}").listen(GO)

    assert error.value.status is None


@both
def test_a_stream_that_the_service_ends_at_its_stop_says_so(client: Asking) -> None:
    with service() as server:

        def chunks() -> Iterator[bytes]:
            yield GO[0]
            server.should_exit = True
            wait_until(lambda: False, seconds=0.5)
            yield GO[1]

        with pytest.raises(ServiceError, match="connect again in a moment") as error:
            client(url_of(server)).listen(chunks())

    assert error.value.status == 1012


@both
def test_a_connection_that_breaks_is_told_apart_from_one_that_never_was(client: Asking) -> None:
    with service() as server:

        def chunks() -> Iterator[bytes]:
            yield GO[0]
            connection = connection_of(server)
            connection.loop.call_soon_threadsafe(connection.transport.abort)
            wait_until(lambda: not server.server_state.connections)
            yield GO[1]

        with pytest.raises(ServiceError, match="the connection broke") as error:
            client(url_of(server)).listen(chunks())

    assert error.value.status == 1006

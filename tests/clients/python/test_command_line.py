"""The command `heed` prints what was heard, and its exit status says whether all was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from heed_client import Client, ServiceError, SpottedEvent
from heed_client.command_line import main
from tests.app.ports import free_port
from tests.app.sound import bursts, pcm
from tests.labels import COMMANDS
from tests.signals import encode

ROOT = Path(__file__).parents[3]
RUN = [sys.executable, "-c", "import sys; from heed_client.command_line import main; sys.exit(main())"]
EVENT = SpottedEvent(label="go", confidence=0.99, start_seconds=1.0, end_seconds=1.5)


@pytest.fixture(autouse=True)
def service(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Point the command to the service, and put it beside a recording with a command and one without."""
    monkeypatch.setenv("HEED_URL", url)
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT / "clients/python"))
    monkeypatch.chdir(tmp_path)
    Path("go.wav").write_bytes(encode(bursts(1.0, 0.8, 1.0)))
    Path("silence.wav").write_bytes(encode(bursts(1.5)))
    Path("text.wav").write_text("no sound")


class Restarting:
    """A service of which each stream goes one way: it brings an event, or ends with a status."""

    def __init__(self, *ways: int | SpottedEvent | None) -> None:
        self.ways = iter(ways)

    def listen(self, chunks: Iterator[bytes], **options: Any) -> Iterator[SpottedEvent]:
        way = next(self.ways)
        if isinstance(way, SpottedEvent):
            yield way
        else:
            raise ServiceError("gone", status=way)


def clock(*seconds: float) -> SimpleNamespace:
    """A module ``time`` that tells these times and never sleeps."""
    return SimpleNamespace(monotonic=iter(seconds).__next__, sleep=lambda seconds: None)


def heed(*arguments: str, sound: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*RUN, *arguments], input=sound, capture_output=True, timeout=60)


def test_each_command_in_a_recording_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["transcribe", "go.wav", "go.wav"])

    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines] == [["go.wav", "go"]] * 2
    assert all(0 < float(number) < 3 for line in lines for number in line[2:])
    assert status == 0


def test_a_recording_without_a_command_has_a_line_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["transcribe", "silence.wav", "go.wav"])

    assert capsys.readouterr().out.splitlines()[0] == "silence.wav\t- (silence)\t1.000"
    assert status == 1


def test_a_word_that_is_not_sure_enough_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("loud.wav").write_bytes(encode(bursts(0, 0.9)))

    status = main(["transcribe", "loud.wav", "--threshold", "1"])

    assert capsys.readouterr().out == "loud.wav\t- (perhaps go)\t0.990\n"
    assert status == 1


def test_as_json_each_recording_is_an_object_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    main(["transcribe", "--json", "go.wav", "silence.wav"])

    go, silence = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (go["file"], go["text"], go["events"][0]["label"]) == ("go.wav", "go", "go")
    assert (silence["file"], silence["text"], silence["reason"]) == ("silence.wav", "", "silence")


def test_a_file_that_is_refused_or_missing_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["transcribe", "missing.wav", "text.wav", "go.wav"])

    out, err = capsys.readouterr()
    assert out.startswith("go.wav\tgo\t")
    missing, text = err.splitlines()
    assert missing == "heed: missing.wav: No such file or directory"
    assert text.startswith("heed: text.wav: this is no sound file")
    assert status == 1


@pytest.mark.parametrize("arguments", [["words"], ["transcribe", *["go.wav"] * 9], ["listen", "-"]])
def test_without_a_service_the_status_is_3(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status = main([*arguments, "--url", f"http://127.0.0.1:{free_port()}"])

    out, err = capsys.readouterr()
    assert (status, out) == (3, "")
    assert err.count("can't be reached") == 1


@pytest.mark.parametrize("arguments", [[], ["transcribe"], ["hear"], ["words", "--url", "localhost:8000"]])
def test_a_mistake_in_the_command_line_has_the_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert "usage: heed" in capsys.readouterr().err


def test_the_words_have_a_line_each_or_are_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    main(["words"])
    plain = capsys.readouterr().out
    main(["words", "--json"])

    assert plain.splitlines() == [*COMMANDS]
    assert json.loads(capsys.readouterr().out) == [*COMMANDS]


def test_sound_on_standard_input_is_heard_as_a_stream() -> None:
    sound = pcm(bursts(1.0, 0.8, 2.0, 0.8, 1.0))

    plain = heed("listen", "-", sound=sound)
    as_json = heed("listen", "-", "--json", sound=sound)

    assert (plain.returncode, plain.stderr) == (0, b"")
    assert [line.split(b"\t")[0] for line in plain.stdout.splitlines()] == [b"go", b"go"]
    first, second = [json.loads(line) for line in as_json.stdout.splitlines()]
    assert first.keys() == {"label", "confidence", "start_seconds", "end_seconds"}
    assert 1 <= first["start_seconds"] < 3 < second["start_seconds"] < 5


def test_an_event_is_printed_while_the_sound_goes_on() -> None:
    command = [*RUN, "listen", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(pcm(bursts(1.0, 0.8, 2.0)))
        process.stdin.flush()

        assert process.stdout.readline().startswith(b"go\t")
        assert process.poll() is None


def test_a_reader_that_ends_early_ends_the_command_without_a_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    result = subprocess.run([*RUN, "words"], stdout=writing, stderr=subprocess.PIPE, timeout=60)
    os.close(writing)

    assert (result.returncode, result.stderr) == (1, b"")


def test_listening_goes_on_when_the_service_comes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Client, "listen", Restarting(1012, None, 503, EVENT).listen)
    monkeypatch.setattr("heed_client.command_line.time", clock(100.0, 101.0, 102.0))

    status = main(["listen", "-"])

    out, err = capsys.readouterr()
    assert (status, out) == (0, "go\t0.990\t1.00\t1.50\n")
    assert err == "heed: gone; trying again\n" * 3


def test_a_service_that_does_not_come_back_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Client, "listen", Restarting(1006, None, None, None).listen)
    monkeypatch.setattr("heed_client.command_line.time", clock(100.0, 130.0, 159.0, 161.0))

    status = main(["listen", "-"])

    assert status == 3
    assert capsys.readouterr().err == "heed: gone; trying again\n" * 3 + "heed: gone\n"


def test_ctrl_c_ends_listening_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[SpottedEvent]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "listen", interrupted)

    assert main(["listen", "-"]) == 0


def test_ctrl_c_leaves_other_commands_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(client: Client) -> tuple[str, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "words", interrupted)

    assert main(["words"]) == 130

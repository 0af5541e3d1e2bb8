"""A certificate and its key are loaded, or refused with what is wrong."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from app.server.tls import UnusableCertificate, server_context
from tests.app.certificates import Files, Kind, issue

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> Files:
    return issue(tmp_path, authority)


def refusal(files: Files) -> str:
    with pytest.raises(UnusableCertificate) as refused:
        server_context(*files)
    return str(refused.value)


@pytest.mark.parametrize("kind", Kind)
def test_a_certificate_and_its_key_are_loaded(tmp_path: Path, authority: trustme.CA, kind: Kind) -> None:
    context = server_context(*issue(tmp_path, authority, kind=kind))

    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_others_may_vouch_for_it_behind_it(tmp_path: Path, authority: trustme.CA) -> None:
    files = issue(tmp_path, authority.create_child_ca())

    server_context(*files)

    assert files.certificate.read_text().count("BEGIN CERTIFICATE") == 2


def test_one_that_has_expired_is_refused(tmp_path: Path, authority: trustme.CA) -> None:
    files = issue(tmp_path, authority, not_after=NOW - timedelta(days=1))

    assert refusal(files) == f"the certificate in {files.certificate} has expired; renew it"


def test_one_that_a_slow_clock_takes_for_early_is_loaded(tmp_path: Path, authority: trustme.CA) -> None:
    ahead = NOW + timedelta(days=3)
    issued = authority.issue_cert("heed.local", not_before=ahead, not_after=ahead + timedelta(days=1))
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")

    context = server_context(tmp_path / "both.pem", tmp_path / "both.pem")

    assert context.verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize("kind", Kind)
def test_a_key_of_another_certificate_is_refused(files: Files, authority: trustme.CA, kind: Kind) -> None:
    other = authority.issue_cert("heed.local", key_type=kind)
    files.key.write_bytes(other.private_key_pem.bytes())

    assert refusal(files) == f"the key in {files.key} belongs to another certificate than that in {files.certificate}"


def test_an_encrypted_key_is_refused_with_the_way_out(files: Files) -> None:
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x"))
    files.key.write_bytes(key.private_bytes(*how))

    assert f"is encrypted; 'openssl pkey -in {files.key}' writes it without password" in refusal(files)


@pytest.mark.parametrize("name", Files._fields)
@pytest.mark.parametrize("content", ["", "-----BEGIN NOTHING-----", "\0\xff"])
def test_what_is_not_pem_is_refused_by_name(files: Files, name: str, content: str) -> None:
    path: Path = getattr(files, name)
    path.write_text(content)

    assert re.fullmatch(rf"{path} holds no (certificate|private key) in PEM form, .+", refusal(files))


@pytest.mark.parametrize("name", Files._fields)
def test_a_file_that_is_not_there_is_refused_by_name(files: Files, name: str) -> None:
    path: Path = getattr(files, name)
    path.unlink()

    assert refusal(files) == f"{path} can't be read (No such file or directory)"


@pytest.mark.parametrize("name", Files._fields)
def test_a_damaged_file_is_refused(files: Files, name: str) -> None:
    path: Path = getattr(files, name)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:1] + lines[2:]))

    assert "OpenSSL refuses" in refusal(files)

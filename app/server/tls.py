"""Load the certificate of an HTTPS service and its key, or say in a sentence why they are of no use."""

import ssl
from contextlib import suppress
from pathlib import Path

import uvicorn

EXPIRED = 10  # OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED
STRANGERS = ("KEY_VALUES_MISMATCH", "NO_CERTIFICATE_ASSIGNED")  # the second if one is of RSA and the other is not


class UnusableCertificate(ValueError):
    """Browsers could not be served with these files; the message says why."""


def configured_context(config: uvicorn.Config) -> ssl.SSLContext:
    """Load what the files of a server's configuration hold now.

    Raises:
        UnusableCertificate: see :func:`server_context`.
    """
    return server_context(Path(config.ssl_certfile or ""), Path(config.ssl_keyfile or ""))


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Load a certificate, which the certificates that vouch for it may follow, and its key, both in PEM form.

    Raises:
        UnusableCertificate: a file can't be read, they don't belong together, or the certificate has expired.
    """
    _read(certificate, "-----BEGIN CERTIFICATE-----", "certificate")
    if "ENCRYPTED" in _read(key, "PRIVATE KEY-----", "private key"):
        raise UnusableCertificate(f"the key in {key} is encrypted; 'openssl pkey -in {key}' writes it without password")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password="")  # or OpenSSL would ask the terminal for one
        _shake_hands_with(context, certificate)
    except ssl.SSLCertVerificationError as error:
        raise UnusableCertificate(f"the certificate in {certificate} has expired; renew it") from error
    except ssl.SSLError as error:
        if error.reason in STRANGERS:
            detail = f"the key in {key} belongs to another certificate than that in {certificate}"
        else:
            detail = f"OpenSSL refuses {certificate} and {key}: {error}"
        raise UnusableCertificate(detail) from error
    return context


def _read(path: Path, mark: str, content: str) -> str:
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        raise UnusableCertificate(f"{path} can't be read ({error.strerror})") from error
    if mark not in text:
        raise UnusableCertificate(f"{path} holds no {content} in PEM form, which begins with -----BEGIN")
    return text


def _shake_hands_with(server: ssl.SSLContext, certificate: Path) -> None:
    """Connect a client that trusts this certificate alone, so looks at its dates; Python shows them in no other way.

    Raises:
        ssl.SSLCertVerificationError: the certificate has expired.
    """
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusting.load_verify_locations(certificate)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server)
    for side in (client, server.wrap_bio(to_server, to_client, server_side=True)):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    try:
        client.do_handshake()
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == EXPIRED:  # all else, such as a date ahead of a slow clock, is left to the clients
            raise

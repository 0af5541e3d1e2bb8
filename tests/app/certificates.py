"""Make certificates for services that speak HTTPS, and see which one a service shows."""

import ssl
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import trustme

Kind = trustme.KeyType


class Files(NamedTuple):
    certificate: Path
    key: Path

    @property
    def settings(self) -> dict[str, str]:
        return {"tls_certificate": str(self.certificate), "tls_key": str(self.key)}

    @property
    def first(self) -> str:
        """The certificate alone, without those that vouch for it."""
        return self.certificate.read_text().partition("-----END")[0].strip()


def issue(folder: Path, authority: trustme.CA, *, not_after: datetime | None = None, kind: Kind = Kind.ECDSA) -> Files:
    """Write a certificate for this machine, valid from a day before its end or from the year 2000, and its key."""
    issued = authority.issue_cert("127.0.0.1", "heed.local", not_after=not_after, key_type=kind)
    files = Files(folder / "heed.pem", folder / "heed-key.pem")
    files.certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    files.key.write_bytes(issued.private_key_pem.bytes())
    return files


def shown(port: int) -> str:
    return ssl.get_server_certificate(("127.0.0.1", port)).partition("-----END")[0].strip()

"""Hold a model's file to the digest that SHA256SUMS in its folder names."""

import hashlib
from pathlib import Path

from model.errors import CheckpointError

SUMS = "SHA256SUMS"  # as sha256sum writes it and sha256sum --check reads it


def check_digest(path: Path) -> None:
    """Compare a file with the list beside it, where there is one: ``cd FOLDER && sha256sum *.* > SHA256SUMS``.

    Raises:
        CheckpointError: the file is not in the list, is another than the listed one, or one of the two can't be read.
    """
    sums = path.with_name(SUMS)
    if not sums.exists():
        return
    try:
        listed = {name: known for known, name in (line.split(maxsplit=1) for line in sums.read_text().splitlines())}
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} can't be compared with {sums}: {error}") from error
    expected = listed.get(path.name) or listed.get(f"*{path.name}")  # a star marks what was read as binary
    if expected != digest:
        raise CheckpointError(f"{path} has the SHA-256 {digest}, and {sums} names {expected or 'no such file'}")

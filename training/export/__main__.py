"""Export a checkpoint to one ONNX file: ``python -m training.export --help``."""

import argparse
import hashlib
import sys
from pathlib import Path

from model.checkpoint import load, write_whole
from model.errors import HeedError
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT
from training.export.graph import export


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Export a checkpoint to ONNX.")
    parser.add_argument("--model", type=Path, default=SHIPPED_CHECKPOINT, help="checkpoint (default: the shipped one)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="ONNX file (default: the shipped one)")
    options = parser.parse_args(arguments)
    try:
        checkpoint = load(options.model)
        digest = hashlib.sha256(options.model.read_bytes()).hexdigest()
        write_whole(options.out, export(checkpoint, digest))
    except (HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, SHA-256 of its checkpoint {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The environment in, a running service out: ``python -m app``."""

import argparse
import sys

import uvicorn
from pydantic import ValidationError

from app.main import create_app
from app.settings import Settings
from model.errors import CheckpointError
from model.recognizer import Recognizer


def main(arguments: list[str] | None = None) -> int:
    _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"heed: {_in_one_line(error)}", file=sys.stderr)
        return 2
    try:
        recognizer = Recognizer.load(settings.model)
    except CheckpointError as error:
        message = " ".join(str(error).split())  # torch spreads what it says of tensors over lines
        print(f"heed: {message}; HEED_MODEL names the checkpoint to serve", file=sys.stderr)
        return 1
    app = create_app(settings, recognizer)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level=settings.log_level, workers=1)
    return 0


def _parser() -> argparse.ArgumentParser:
    variables = [f"  HEED_{name.upper():17} {field.description}" for name, field in Settings.model_fields.items()]
    return argparse.ArgumentParser(
        prog="python -m app",
        description="Serve heed over HTTP. There are no options; these variables of the environment set it up:",
        epilog="\n".join(variables),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _in_one_line(error: ValidationError) -> str:
    return "; ".join(
        f"HEED_{str(wrong['loc'][0]).upper()}: {wrong['msg']}, not {wrong['input']!r}" for wrong in error.errors()
    )


if __name__ == "__main__":
    sys.exit(main())

"""A service that runs an export needs nothing that only training needs."""

import os
import subprocess
import sys
from pathlib import Path

# what an installation for serving alone lacks: an import of it fails
WITHOUT_TRAINING = """
import sys
sys.modules |= dict.fromkeys(["torch", "torchaudio", "safetensors", "onnx"])

from starlette.testclient import TestClient

from app.main import create_app_from_environment
from tests.signals import encode, noise

with TestClient(create_app_from_environment()) as client:
    print(client.post("/transcribe", content=encode(noise())).json()["model"])
"""


def test_an_export_is_served_without_torch(exported: Path) -> None:
    environment = os.environ | {"HEED_MODEL": str(exported), "HEED_LOG_LEVEL": "warning"}

    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_TRAINING], env=environment, capture_output=True, text=True, timeout=60
    )

    assert result.stderr == ""
    assert result.stdout == "heed-12-gru\n"

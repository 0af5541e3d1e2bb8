# openapi-python-client generates a package without a warning, and the package can be imported and used.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

openapi-python-client generate --url http://localhost:8000/openapi.json --output-path "$folder/client" --fail-on-warning \
  >/dev/null
cd "$folder/client"
python - <<'PYTHON'
from heed_client import Client
from heed_client.api.recognition import labels

print(labels.sync(client=Client(base_url="http://localhost:8000")).model)
PYTHON

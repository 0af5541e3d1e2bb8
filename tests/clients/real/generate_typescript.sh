# openapi-typescript generates types without a warning, and TypeScript takes them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

openapi-typescript http://localhost:8000/openapi.json --output "$folder/heed.ts" >"$folder/log" 2>&1
if grep -i warn "$folder/log" >&2; then
  exit 1
fi
cat >"$folder/use.ts" <<'TYPESCRIPT'
import type { components } from "./heed";

export const word = (answer: components["schemas"]["Transcription"]): string => answer.text;
TYPESCRIPT
tsc --noEmit --strict "$folder/use.ts"
echo "no warning"

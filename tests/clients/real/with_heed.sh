# The command heed recognizes recordings and raw sound from a pipe, and lists the service's words.
set -euo pipefail
export HEED_URL=http://localhost:8000

heed transcribe examples/left.wav | cut -f 2
tail -c +45 examples/commands.wav | heed listen - | cut -f 1 | xargs
heed words | grep -x left

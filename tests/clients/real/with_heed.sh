# The command heed recognizes recordings and raw sound from a pipe, lists the service's words, and teaches it one by its text.
set -euo pipefail
export HEED_URL=http://localhost:8000

heed transcribe examples/left.wav | cut -f 2
tail -c +45 examples/commands.wav | heed listen - | cut -f 1 | xargs
heed words | grep -x left
heed teach seven --text | cut -f 1
heed transcribe examples/seven.wav | cut -f 2
heed forget seven

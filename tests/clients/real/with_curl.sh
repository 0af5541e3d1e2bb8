# curl sends a recording as a form, as the body itself, and several at once.
set -euo pipefail

text() { grep -o '"text": *"[a-z ]*"' | cut -d '"' -f 4 | xargs; }
curl -sS -F file=@examples/left.wav http://localhost:8000/transcribe | text
curl -sS --data-binary @examples/commands.wav -H 'Content-Type: audio/wav' http://localhost:8000/transcribe | text
curl -sS -F file=@examples/left.wav -F file=@examples/go.wav http://localhost:8000/transcribe | text
curl -sS -F file=@README.md http://localhost:8000/transcribe | grep -o 'Not a sound file'

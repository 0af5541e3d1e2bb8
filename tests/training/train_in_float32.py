"""Train like ``python -m training.train``, but not in bfloat16, which rounds halves of a batch in another way."""

import sys

from training import loop
from training.train import main

if __name__ == "__main__":
    loop.multiplies_in_bfloat16 = lambda device: False
    sys.exit(main())

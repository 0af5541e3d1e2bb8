"""Keep every test away from the words that the user has taught, and NumPy on one thread, as the service has it."""

import os
from tempfile import mkdtemp

os.environ["XDG_DATA_HOME"] = mkdtemp(prefix="heed-tests-")  # also for the services that tests start
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

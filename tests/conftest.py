"""Settings that have to be made before torch is imported."""

import os

# Threads that spin while they wait make small torch calls 8 times slower on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

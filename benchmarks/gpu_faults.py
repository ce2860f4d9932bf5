"""What was promised about faults that only compiled kernels have: each is found by its check."""

import shutil

from conformance_kernels.gemma4_routing.device_faults import DEVICE_FAULTS

from benchmarks.command import check
from benchmarks.gpu import DEVICE
from benchmarks.row import Row
from conformance.checks.listing import listed_of_devices, listed_of_slow_devices
from conformance.serving.sanitizing import PROGRAM

SUBJECT = "conformance_kernels.gemma4_routing.device_faults:DEVICE_FAULTS['{}'].make()"


def rows() -> list[Row]:
    """One row for each planted fault; that of a tool which is not installed is only told."""
    import torch

    if not torch.cuda.is_available():
        return [Row("faults of compiled kernels", "found by one check", "no GPU here", None)]
    return [_asked(name, fault.caught_by) for name, fault in DEVICE_FAULTS.items()]


def _asked(name: str, caught_by: str) -> Row:
    checks = [each.id for each in listed_of_devices()]
    if caught_by in [each.id for each in listed_of_slow_devices()]:
        checks.append(caught_by)
    words = [word for each in checks for word in ("--check", each)]
    ran = check("--device", DEVICE, "--profile", "quick", "--subject", SUBJECT.format(name), *words)
    failing = sorted(set(ran.failing()))
    told = ", ".join(failing) or "no check"
    lacks = caught_by == "sanitizer" and shutil.which(PROGRAM) is None
    return Row(f"fault {name}", f"found by {caught_by} alone", f"found by {told}",
               None if lacks else failing == [caught_by])  # fmt: skip

"""Record what a failure looks like, for each check: ``python docs/hooks/record_failures.py``.

Runs a planted fault for each check, and keeps what the command printed from the first ``FAIL`` on.
Run it again when the text of reports changes; a test runs two of them and compares.
"""

import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAILURES = ROOT / "docs" / "failures"
_GEMMA = "conformance_kernels.gemma4_routing.faults:FAULTS['{}'].make()"
_RBLN = "conformance_kernels.rbln_attention.faults:FAULTS['{}'].make()"


def planted() -> dict[str, tuple[str, str]]:
    """For each check, an operator and a subject with a fault that the check finds."""
    from conformance_kernels.gemma4_routing.faults import FAULTS as routing
    from conformance_kernels.rbln_attention.faults import FAULTS as attention

    found = {f.caught_by: (f.operator, _RBLN.format(id_)) for id_, f in attention.items()}
    found |= {f.caught_by: ("gemma4_routing", _GEMMA.format(id_)) for id_, f in routing.items()}
    return found


def printed(check: str, operator: str, subject: str) -> str:
    """What a run with the fault prints of the check."""
    command = ["check", operator, "--subject", subject, "--check", check, "--profile", "quick"]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--seed", "1", "--no-store"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("FAIL"))
    text = "\n".join(lines[first:]) + "\n"
    for said in (shlex.quote(subject), subject):
        text = text.replace(said, "my_kernel.py:kernel")
    return text.replace(f"{ROOT}/", "")


def main() -> None:
    """Record all, or those that are named."""
    FAILURES.mkdir(exist_ok=True)
    for check, (operator, subject) in planted().items():
        if not sys.argv[1:] or check in sys.argv[1:]:
            (FAILURES / f"{check}.txt").write_text(printed(check, operator, subject))
            print(check)


if __name__ == "__main__":
    main()

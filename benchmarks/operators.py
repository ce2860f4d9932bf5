"""What was promised about five operators of other projects' engines."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.resources import files

from benchmarks.command import Ran, check
from benchmarks.row import Row

LINES = 40
RELEASES = {
    "rms_norm": ("liger-kernel==0.8.5", "vllm==0.32.0"),
    "silu_and_mul": ("liger-kernel==0.8.5",),
    "per_token_quant_int8": ("vllm==0.32.0", "sglang==0.5.23"),
    "merge_attn_states": ("vllm==0.32.0", "sglang==0.5.23"),
    "reshape_and_cache": ("vllm==0.32.0",),
}
FINDINGS = {
    ("per_token_quant_int8", "sglang==0.5.23"): {"layout"},
    ("merge_attn_states", "sglang==0.5.23"): {"special", "poison"},
}
"""Checks that a release fails, for a reason that tests/operators/test_released.py tells."""


def rows(jobs: int) -> list[Row]:
    """Lines of the contracts, the released implementations, and the planted faults."""
    table = [_lines(name) for name in RELEASES]
    with ThreadPoolExecutor(jobs) as pool:
        asked = [(name, release) for name, releases in RELEASES.items() for release in releases]
        table += pool.map(lambda item: _release(*item), asked)
        found = list(pool.map(lambda item: _found(*item), _faults()))
    table.append(
        Row(
            "planted faults of the five operators found",
            str(len(found)),
            str(sum(found)),
            all(found) and len(found) == 3 * len(RELEASES),
        )
    )
    return table


def _lines(name: str) -> Row:
    text = files("conformance_kernels").joinpath(name, "contract.py").read_text()
    count = len(text.splitlines())
    what = f"lines of contract and reference of {name}"
    return Row(what, f"<= {LINES}", str(count), count <= LINES)


def _release(name: str, release: str) -> Row:
    ran = check("--subject", release, operator=name)
    known = FINDINGS.get((name, release), set())
    promised = f"fails {', '.join(sorted(known))}" if known else "conformant"
    kept = set(ran.failing()) == known and ran.code == bool(known)
    measured = f"fails {', '.join(ran.failing())}" if ran.failing() else _verdict(ran)
    return Row(f"conformance check {name} --subject {release}", promised, measured, kept)


def _verdict(ran: Ran) -> str:
    return "conformant" if ran.code == 0 else f"exit code {ran.code}"


def _faults() -> list[tuple[str, int, str]]:
    planted = []
    for name in RELEASES:
        faults = import_module(f"conformance_kernels.{name}.faults").FAULTS
        planted += [(name, place, fault.caught_by) for place, fault in enumerate(faults)]
    return planted


def _found(name: str, place: int, caught_by: str) -> bool:
    subject = f"conformance_kernels.{name}.faults:FAULTS[{place}].function"
    return caught_by in check("--subject", subject, operator=name).failing()

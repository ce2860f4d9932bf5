"""What was promised about the RBLN attention operators."""

from importlib.metadata import version

from conformance_kernels.rbln_attention.releases.vendor_comparison import compare

from benchmarks.command import Ran, check
from benchmarks.row import Row

FAMILY, RELEASE, REFERENCES = "rbln_attention", "0.12.0", ("0.10.4", "0.11.0")
DECIDED = {"PASS", "FAIL", "WAIVED", "UNSUPPORTED"}


def rows() -> list[Row]:
    """This repository's ten operators, one release of the vendor's, and the emulation itself."""
    own = check(operator=FAMILY)
    vendor = check("--subject", f"vllm-rbln=={RELEASE}", operator=FAMILY)
    table = [
        Row(
            f"the ten kernels in lockstep, Triton {version('triton')}: checks of {FAMILY}",
            "all within budget, caches bit for bit",
            _verdicts(own),
            own.code == 0,
        ),
        Row(
            f"conformance check {FAMILY}, gate profile, from process start",
            "<= 75 s on 2 cores",
            f"{own.seconds:.1f} s, exit code {own.code}",
            own.code == 0 and own.seconds <= 75,
        ),
        Row(
            f"vllm-rbln {RELEASE}, ten operators, all checks, emulated",
            "<= 60 s, every check decided",
            f"{vendor.seconds:.1f} s, {_verdicts(vendor)}",
            vendor.seconds <= 60 and set(vendor.verdicts()) <= DECIDED,
        ),
    ]
    for release in REFERENCES:
        cases = compare(release)
        worst, share = (max(getattr(c, n) for c in cases) for n in ("error", "share"))
        equal = sum(case.same_cache for case in cases)
        table.append(
            Row(
                f"emulation against vllm-rbln {release}'s own torch references",
                "within the contract's budget, caches bit for bit",
                f"{worst:.1e} at most, {share:.0%} of the budget, in {len(cases)} cases, "
                f"{equal} caches equal",
                share <= 1 and equal == len(cases),
            )
        )
    return table


def _verdicts(ran: Ran) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(ran.verdicts().items()))

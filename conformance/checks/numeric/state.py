"""Is what it writes in place what it owes, bit for bit, and nothing else?

The state is compared with the one that the reference leaves behind, element by element and bit by
bit, in every dtype and rounding that new state can need. A state of floats that the contract gives
a budget, because it is computed rather than copied, is compared within it. Whatever the contract
does not say is written must hold the bits that it held before. Elements that the contract leaves
open (a block that belongs to nobody, the rest of a block behind its last token) may hold anything.
"""

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.scenes import NEW
from conformance.inputs.usual import leaders, usual_case, with_dtypes
from conformance.judge.judge import JudgeScope


def lacks_state(contract: Contract) -> str | None:
    """Why a contract cannot be asked about state."""
    return None if contract.states else "no argument is written in place"


def _fixed(contract: Contract):
    case = usual_case(contract, "state").with_options(**{NEW: "any"})
    held = {a.name for a in contract.states}
    held |= {a.leader for a in contract.tensors if a.state}
    yield case
    for leader in leaders(contract):
        if leader in held:
            for dtype in contract.tensor(leader).dtypes:
                yield with_dtypes(contract, case, **{leader: dtype})


def _drawn(contract: Contract):
    return cases(contract, "state", options={NEW: ("any",)})


def _decide(bench: Bench, case: Case) -> list[Finding]:
    return bench.run(case).findings(JudgeScope.STATES)


CHECK = Check(
    "state",
    "Is what it writes in place what it owes, bit for bit, and nothing else?",
    _decide,
    lacks=lacks_state,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.4,
)

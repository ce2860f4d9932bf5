"""Is it right call after call on the same state?

The same operator is called again and again on the state that it left behind itself, with new
tokens each time: chunk after chunk of a prompt, token after token across borders of blocks,
windows that fill and then slide. Every answer and every state is judged. What the contract leaves
open stays as the subject left it.
"""

from dataclasses import replace

from conformance.case import Case, CaseError
from conformance.checks.check import Check
from conformance.checks.numeric.state import lacks_state
from conformance.contract import Contract, Role
from conformance.events.finding import Finding, distinct
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.scenes import STEP
from conformance.inputs.usual import usual_case, with_tensor

CALLS = 8


def _starts(contract: Contract) -> dict[str, tuple[str, ...]]:
    indices = [a for a in contract.tensors if a.role is Role.INDEX]
    return {a.name: a.patterns for a in indices}


def _fixed(contract: Contract):
    case = usual_case(contract, "sequence")
    yield case
    for name, words in _starts(contract).items():
        for word in words[1:]:
            yield with_tensor(contract, case, name, values=word)


def _drawn(contract: Contract):
    return cases(contract, "sequence", values=_starts(contract))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    built = bench.build(case.with_options(**{STEP: "0"}))
    states = {
        position: argument.name
        for position, argument in enumerate(bench.contract.arguments)
        if argument in bench.contract.states and case.tensors[argument.name].given
    }
    findings: list[Finding] = []
    for number in range(CALLS):
        later = case.with_options(**{STEP: str(number)})
        if number:
            try:
                following = bench.build(later)
            except CaseError:
                break  # the sequences have reached their end
            built = following.with_tensors_from(built, states)
        when = f"in call {number + 1} on the same state"
        found = bench.call(later, built).findings()
        findings += [replace(f, message=f"{f.message}, {when}") for f in found]
    return distinct(findings)


CHECK = Check(
    "sequence",
    "Is it right call after call on the same state?",
    _decide,
    lacks=lacks_state,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.2,
)

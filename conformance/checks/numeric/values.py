"""Are the outputs right?

Ordinary numbers of every magnitude and sign, all dtypes, small sizes. The oracle is the contract's
reference in fp64 on exactly the values that the subject was given. Ids are compared as sets (the
entries they select must be the largest, as a multiset), floats slot by slot with the budget that
the contract states. What an operator writes in place is another check's matter.
"""

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases, usual_case
from conformance.judge.oracle import Asked

_SELECTED = ("normal", "all-negative", "positive", "signed")


def _values(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {contract.selection.argument: _SELECTED} if contract.selection else {}


def _fixed(contract: Contract):
    case = usual_case(contract, "values")
    yield case
    for argument, patterns in _values(contract).items():
        yield from (case.with_tensor(argument, values=pattern) for pattern in patterns)


def _drawn(contract: Contract):
    return cases(contract, "values", values=_values(contract))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    return bench.run(case).findings(Asked.OUTPUTS)


CHECK = Check("values", "Are the outputs right?", _decide, fixed=_fixed, drawn=_drawn)

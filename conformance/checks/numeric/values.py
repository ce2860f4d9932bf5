"""Are the outputs right?

Ordinary numbers of every magnitude and sign, integers from all of their range, all dtypes, small
sizes. The oracle is the contract's
reference in fp64 on exactly the values that the subject was given. Ids are compared as sets (the
entries they select must be the largest, as a multiset), floats slot by slot with the budget that
the contract states. What an operator writes in place is another check's matter.
"""

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor
from conformance.judge.judge import JudgeScope

_SELECTED = ("normal", "all-negative", "positive", "signed")


_INTEGERS = ("uniform", "ends", "small", "ascending", "lowest", "highest")


def _lacks(contract: Contract) -> str | None:
    return None if contract.outputs else "it has no outputs: its state is what it owes"


def _values(contract: Contract) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for argument in contract.tensors:
        if argument.integers:
            known = [word for word in _INTEGERS if word in argument.integers.words]
            words[argument.name] = tuple(dict.fromkeys([argument.values, *known]))
    return words | ({contract.selection.argument: _SELECTED} if contract.selection else {})


def _fixed(contract: Contract):
    case = usual_case(contract, "values")
    yield case
    for argument, patterns in _values(contract).items():
        for pattern in patterns:
            yield with_tensor(contract, case, argument, values=pattern)


def _drawn(contract: Contract):
    return cases(contract, "values", values=_values(contract))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    return bench.run(case).findings(JudgeScope.OUTPUTS)


CHECK = Check("values", "Are the outputs right?", _decide, lacks=_lacks, fixed=_fixed, drawn=_drawn)

"""Is it right in every variant of a call that its contract names?

Batches that are filled up with padding, chunks with fewer real tokens than rows, an argument that
comes in another documented form: the choices of a contract, each word of each, wherever sequences
start and their blocks lie, then together.
"""

from conformance.checks.check import Check, judged
from conformance.contract import Contract, Role
from conformance.inputs.draw import cases, usual_case


def _lacks(contract: Contract) -> str | None:
    return None if contract.choices else "the contract names no variants"


def _fixed(contract: Contract):
    case = usual_case(contract, "variants")
    for choice in contract.choices:
        for word in choice.words[1:]:
            variant = case.with_options(**{choice.name: word})
            yield variant
            # What another form is misread as may be right by chance for most sequences.
            for argument in contract.tensors:
                if argument.role in (Role.INDEX, Role.BLOCK_TABLE):
                    for values in argument.stress:
                        yield variant.with_tensor(argument.name, values=values)


def _drawn(contract: Contract):
    words = {choice.name: choice.words for choice in contract.choices}
    return cases(contract, "variants", options=words)


CHECK = Check(
    "variants",
    "Is it right in every variant of a call that its contract names?",
    judged,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.4,
)

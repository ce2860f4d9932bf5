"""Is it right in every variant of a call that its contract names?

Optional tensors with and without, flags, words and the edges of float arguments, batches that are
filled up with padding, chunks with fewer real tokens than rows, an argument that comes in another
documented form: each alone, the choices of a contract wherever sequences start and their blocks
lie, then all together. An optional tensor that an implementation may lack may be refused by an
exception; it must not be ignored.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.checks.check import Check, judged
from conformance.contract import Contract, Role
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor, without_tensor


def _lacks(contract: Contract) -> str | None:
    optional = any(a.optional in ("given", "none") for a in contract.tensors)
    varies = optional or contract.choices or any(len(a.words) > 1 for a in contract.scalars)
    return None if varies else "the contract names no variants"


def _fixed(contract: Contract) -> Iterator[Case]:
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
    for scalar in contract.scalars:
        for word in scalar.words[1:]:
            yield case.with_options(**{scalar.name: word})
    for argument in contract.tensors:
        if argument.optional == "given":
            yield without_tensor(case, argument.name)
        elif argument.optional == "none":
            yield with_tensor(contract, case, argument.name)
            for pattern in argument.stressing:
                yield with_tensor(contract, case, argument.name, values=pattern)


def _drawn(contract: Contract):
    return cases(contract, "variants", variants=True)


CHECK = Check(
    "variants",
    "Is it right in every variant of a call that its contract names?",
    judged,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.4,
)

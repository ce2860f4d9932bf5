"""Is it right wherever a sequence starts, wherever its blocks lie, whatever its mask shows?

The words that the contract knows for indices, block tables and masks, one at a time and together:
nothing held yet, one token, one less than a block, exactly a block, one more, the last block;
blocks scattered, in order, the last of the pool, with large ids, tables with stale entries behind
their end; masks that differ in every row, and rows that see late tokens only.
"""

from conformance.checks.check import Check, judged
from conformance.contract import Contract
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor


def _words(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {a.name: a.patterns for a in contract.tensors if a.from_scene}


def _lacks(contract: Contract) -> str | None:
    return None if _words(contract) else "no argument says how much is held, or where"


def _fixed(contract: Contract):
    case = usual_case(contract, "positions")
    for name, words in _words(contract).items():
        for word in words[1:]:
            yield with_tensor(contract, case, name, values=word)


def _drawn(contract: Contract):
    return cases(contract, "positions", values=_words(contract))


CHECK = Check(
    "positions",
    "Is it right wherever sequences start and wherever their blocks lie?",
    judged,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.5,
)

"""Does memory that holds nothing stay without influence?

Slots that no token was written to, blocks of other sequences, freed blocks, the block that padding
points at, and padding itself are filled with NaN of both signs, infinities and the largest numbers.
Neither the outputs nor the state may show any of it: 0 * NaN is NaN.
"""

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.numeric.state import lacks_state
from conformance.contract import Contract, Role
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.scenes import FILLINGS, UNDEFINED, scene_of
from conformance.inputs.usual import usual_case, with_dtypes

_HARMFUL = FILLINGS[1:]


def _fixed(contract: Contract):
    case, padding = usual_case(contract, "undefined"), _padding(contract)
    for filling in _HARMFUL:
        for argument in contract.states:
            for dtype in argument.dtypes:
                leader = argument.leader
                typed = with_dtypes(contract, case, **{leader: dtype})
                yield typed.with_options(**{UNDEFINED: filling})
        for name, words in padding.items():
            for word in words[1:]:
                yield case.with_options(**{UNDEFINED: filling, name: word})


def _padding(contract: Contract) -> dict[str, tuple[str, ...]]:
    """The words of the choices that leave something of what a call brings undefined.

    Others are no matter of memory, and `variants` asks them.
    """
    case = usual_case(contract, "undefined")
    brought = {a.name for a in contract.tensors} - {a.name for a in contract.states}

    def pads(name: str, word: str) -> bool:
        scene = scene_of(contract, case.with_options(**{name: word}))
        return scene is not None and any(
            bool(undefined.any()) for n, undefined in scene.undefined.items() if n in brought
        )

    words = {
        choice.name: (choice.words[0], *(w for w in choice.words[1:] if pads(choice.name, w)))
        for choice in contract.choices
    }
    return {name: chosen for name, chosen in words.items() if len(chosen) > 1}


def _decide(bench: Bench, case: Case) -> list[Finding]:
    scene = scene_of(bench.contract, case)
    if scene is None or not scene.undefined:
        raise NotSupported("the contract says of no memory that it holds nothing")
    return bench.run(case).findings()


def _drawn(contract: Contract):
    tables = [a for a in contract.tensors if a.role is Role.BLOCK_TABLE]
    words = {a.name: a.patterns for a in tables}
    options = {UNDEFINED: _HARMFUL, **_padding(contract)}
    return cases(contract, "undefined", values=words, options=options)


CHECK = Check(
    "undefined",
    "Does memory that holds nothing stay without influence?",
    _decide,
    lacks=lacks_state,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.4,
)

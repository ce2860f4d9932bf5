"""Do NaN, infinities, denormals and extreme ranges stay where they belong?

The contract names for each argument the patterns that it must bear: NaN of both signs, infinities,
fewer finite entries than are selected, spreads beyond the range of the exponential, zero, negative,
huge and undefined scales. Every second row stays ordinary, so that damage to neighbours shows. What
the contract leaves open (the weights of a row with NaN) is not judged; that ids stay distinct and
in range always is, since consumers index memory with them.
"""

from conformance.checks.check import Check, judged
from conformance.contract import Contract
from conformance.inputs.draw import cases
from conformance.inputs.usual import leaders, usual_case, with_dtypes, with_tensor


def _stress(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {
        a.name: a.stressing
        for a in contract.tensors
        if a.stressing and not a.from_scene and a.optional != "never"
    }


def _lacks(contract: Contract) -> str | None:
    return None if _stress(contract) else "no argument names special values to bear"


def _fixed(contract: Contract):
    case = usual_case(contract, "special")
    for name, patterns in _stress(contract).items():
        for pattern in patterns:
            leader = contract.tensor(name).leader
            for dtype in contract.tensor(name).dtypes:
                typed = with_tensor(contract, case, name, values=pattern)
                yield with_dtypes(contract, typed, **{leader: dtype})
    for together in contract.combinations:
        combined = case
        for name, pattern in together.items():
            combined = with_tensor(contract, combined, name, values=pattern)
        for leader in leaders(contract):
            if leader in together:
                for dtype in contract.tensor(leader).dtypes:
                    yield with_dtypes(contract, combined, **{leader: dtype})


def _drawn(contract: Contract):
    values = {name: contract.tensor(name).patterns for name in _stress(contract)}
    return cases(contract, "special", values=values)


CHECK = Check(
    "special",
    "Do NaN, infinities and extreme ranges stay where they belong?",
    judged,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
)

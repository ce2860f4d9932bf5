"""The calls that an operator has to refuse, in words: what the check ``arguments`` breaks."""

from dataclasses import dataclass

from conformance.contract import Contract
from conformance.contract.wrong_calls import wrong_calls


@dataclass(frozen=True)
class Refusal:
    """What has to hold of an argument, or the call is refused.

    ``may_answer`` is true where an answer that is right for the values given is no harm.
    """

    argument: str
    wanted: str
    may_answer: bool = False


def refusals(contract: Contract) -> list[Refusal]:
    """What has to hold of each argument, in the order of the call, each once."""
    found = [
        Refusal(contract.arguments[wrong.position].name, wrong.wanted, wrong.may_answer)
        for wrong in wrong_calls(contract)
    ]
    return list(dict.fromkeys(found))

"""``conformance check FILE.py:OPERATOR --subject FILE.py:generate``: the mini engine, judged."""

from conformance.contract import Operator, narrowed
from conformance.generation.contract import generation_contract
from conformance.generation.device import EngineDevice
from conformance.subjects.loaded import Loaded
from tests.generation.mini import weights as w
from tests.generation.mini.oracle import Oracle
from tests.generation.mini.setups import ENVIRONMENTS, SETUPS
from tests.generation.mini.subject import MiniSubject

CONTRACT = narrowed(
    generation_contract("generate_mini", "a tiny decoder", Oracle(), w.VOCABULARY),
    (), {}, words={"engine": tuple(SETUPS), "switch": tuple(ENVIRONMENTS)},
)  # fmt: skip
OPERATOR = Operator(CONTRACT)


def loaded(subject: MiniSubject) -> Loaded:
    """A subject on the device of engines."""
    return Loaded(subject, __file__, EngineDevice("cpu, a mini engine"), execution="emulated")


generate = loaded(MiniSubject())


def silent(prompts, lengths, new_tokens, candidates, *asked):
    """The right answers of a function that tells nothing of how it came by them."""
    answer = MiniSubject()(prompts, lengths, new_tokens, candidates, *asked)
    return answer.tokens, answer.top_tokens, answer.log_probabilities

"""A wrong answer says where it starts: request, step, position, layer and its part."""

from dataclasses import replace

import pytest
import torch

from conformance.checks.generation.asking import case_of
from conformance.checks.generation.locating import NOT_READ, first_difference, located
from conformance.events.finding import Finding, Kind
from conformance.generation.setup import Generate
from conformance.generation.told import Told
from tests.generation.mini.engine import Engine, Parts
from tests.generation.mini.model import Model
from tests.generation.mini.operator import CONTRACT
from tests.generation.mini.oracle import Oracle
from tests.generation.mini.setups import ENVIRONMENTS, SETUPS
from tests.generation.mini.subject import MiniSubject, tapped_steps

from .asked import bench_of

PROMPTS = ((5, 9, 13), (7, 8), (20, 21, 22, 23))


class OtherExperts(Model):
    """The experts of the second layer are those that fit least, while requests decode."""

    def route(self, logits, scale):
        wrong = self.where.layer == 1 and self.phase == "decode"
        return super().route(-logits if wrong else logits, scale)


class LastPositionLate(Engine):
    """The last request of a batch is one position off, in prefill."""

    def first_position(self, row, rows, phase):
        late = row is rows[-1] and phase == "prefill"
        return super().first_position(row, rows, phase) + late


def sentence(parts: Parts) -> str:
    """Where the answer of an engine first leaves the oracle's."""
    engine = parts.made(SETUPS["plain"], ENVIRONMENTS["1"], {})
    engine.keeps_taps = True
    answer = engine.generate(Generate(PROMPTS, 4))
    told = Told(engine.started(), tuple(engine.where.steps), engine.where.calls())
    layers = Oracle().layers
    return first_difference(told, tapped_steps(engine.taps), PROMPTS, answer["tokens"], layers)


def test_a_right_answer_starts_to_differ_nowhere():
    assert sentence(Parts()) == ""


def test_a_wrong_expert_is_told_with_its_layer_step_and_what_ran_there():
    assert sentence(Parts(model=OtherExperts)).startswith(
        "it starts at request 0, step 1 (decode), position 3, layers.1, off by "
    )
    assert sentence(Parts(model=OtherExperts)).endswith("; called there: mini.custom_route")


def test_the_first_part_of_a_layer_is_told_before_the_layer_whatever_their_names():
    """In the file, which is sorted, the layer comes first."""
    assert sentence(Parts(engine=LastPositionLate)).startswith(
        "it starts at request 2, step 0 (prefill), position 0, layers.0.self_attention, off by "
    )


def test_one_call_in_a_layer_of_many_is_told_before_later_layers():
    """Layer 10 stands before layer 2 in a sorted file."""
    right = {f"layers.{n}": torch.ones(2, 4) for n in range(12)}
    steps = tapped_steps(
        {"0/places": torch.tensor([[0, 0], [0, 1]])}
        | {f"0/{name}": x + (int(name[7:]) >= 2) for name, x in right.items()}
    )
    told = Told(MiniSubject().parts.made(SETUPS["plain"], {}, {}).started())
    found = first_difference(told, steps, [[1, 2]], [[]], lambda prompt, tokens: right)
    assert found == "it starts at request 0, step 0 (unknown), position 0, layers.2, off by 1"


def test_outputs_of_another_form_are_not_compared():
    steps = tapped_steps({"0/places": torch.tensor([[0, 0]]), "0/a": torch.ones(1, 3)})
    told = Told(MiniSubject().parts.made(SETUPS["plain"], {}, {}).started())
    owed = {"a": torch.zeros(1, 4)}
    assert first_difference(told, steps, [[1]], [[]], lambda prompt, tokens: owed) == ""


@pytest.mark.parametrize("kind", [Kind.VALUE, Kind.SELECTION])
def test_where_the_file_cannot_be_read_the_finding_says_so(kind, tmp_path, monkeypatch):
    """safetensors comes with the packages of generation, and may be missing."""
    taps = tmp_path / "taps.safetensors"
    taps.write_bytes(b"unread")
    monkeypatch.setattr(MiniSubject, "_kept", lambda subject, running: str(taps))
    monkeypatch.setattr("conformance.checks.generation.locating.find_spec", lambda name: None)
    bench = bench_of(MiniSubject())
    case = case_of(CONTRACT, "tokens", {"R": 1, "L": 2, "N": 1})
    finding = Finding("tokens", "is wrong", where="[0, 0]", kind=kind)
    (told,) = located(bench, case, bench.run(case), [finding])
    assert told == replace(finding, where=f"[0, 0]; {NOT_READ}")


def test_what_no_number_is_wrong_with_is_not_looked_for():
    bench = bench_of(MiniSubject())
    case = case_of(CONTRACT, "tokens", {"R": 1, "L": 2, "N": 1})
    finding = Finding("tokens", "raised", kind=Kind.RAISED)
    assert located(bench, case, bench.run(case), [finding]) == [finding]

"""Engines with and without a kernel get the same requests in turn."""

import pytest

from conformance.generation.client import EngineDied
from conformance.generation.setup import EngineSetup, Generated, ProcessSetup, Started
from conformance.measuring.request import FIRST, ORDER, TOKEN, MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.worker import serve
from conformance.processes.ending import Ending
from conformance.reports.measured.served import served_lines
from tests.measuring.toy import Clock

POINTS = ({"R": 2, "L": 4, "N": 11},)
SETUPS = {
    "stock": (ProcessSetup("toy"), EngineSetup("tiny")),
    "router mine": (ProcessSetup("toy"), EngineSetup("tiny", {"seam": "mine"})),
}


class FakeEngines:
    """Takes 5 ms for a first token and 2 ms for each further one; 1 ms with a kernel of ours."""

    def __init__(self, clock, most, room=2, emulated=False, wrong=False):
        self.clock, self.most, self.room = clock, most, room
        self.emulated, self.wrong = emulated, wrong
        self.alive, self.starts, self.orders = [], 0, []

    def start(self, process, engine):
        name = "mine" if engine.seams else "stock"
        if name not in self.alive:
            self.starts += 1
            self.clock.spend(30.0)
            if len(self.alive) >= self.most:
                self.alive.pop(0)
            if len(self.alive) >= self.room:
                raise EngineDied(Ending("was killed: the machine has no memory", own=False), "")
            self.alive.append(name)
        execution = "emulated" if self.emulated and engine.seams else ""
        return Started(1, execution=execution, facts={"device": "cpu"})

    def generate(self, process, engine, order):
        each = 1e-3 if engine.seams else 2e-3
        self.clock.spend(5e-3 + each * (order.new_tokens - 1))
        self.orders.append((bool(engine.seams), order))
        token = 9 if self.wrong and engine.seams else 7
        return Generated(((token,) * order.new_tokens,) * len(order.prompts), (), ())

    def close(self):
        self.alive.clear()


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(serve, "load_object", lambda text: lambda contract, settings: SETUPS)

    def served(**engine):
        clock, made = Clock(), []

        def make(most):
            made.append(FakeEngines(clock, most, **engine))
            return made[-1]

        request = MeasuringRequest(
            "generate_gemma4", (), "cpu", POINTS, (0,), 7, rounds=8, serving=True
        )
        result = Result.of("generate_gemma4", 7, POINTS)
        serve.ServingRun(request, result.hear, make, clock).run()
        return result, made

    return served


def test_tokens_a_second_and_time_per_output_token_beside_stock(run):
    result, _ = run()
    (point,) = result.points
    assert point.summary("router mine", TOKEN).median == pytest.approx(1000, rel=1e-3)
    assert point.summary("stock", TOKEN).median == pytest.approx(2000, rel=1e-3)
    assert point.summary("stock", FIRST).median == pytest.approx(5000, rel=1e-3)
    assert point.summary("stock", ORDER).median == pytest.approx(25000, rel=1e-3)
    mine = next(line for line in served_lines(result) if ": router mine:" in line)
    assert "1467 tokens a second, 1.00 ms per output token" in mine
    assert "beside stock +66.7 % throughput" in mine and "-50.0 % time per token" in mine


def test_both_get_the_same_prompts_and_new_ones_in_each_round(run):
    _, (engines,) = run()
    full = [(mine, order.prompts) for mine, order in engines.orders if order.new_tokens > 1]
    rounds = [full[place : place + 2] for place in range(0, len(full), 2)]
    assert all(a[1] == b[1] and {a[0], b[0]} == {True, False} for a, b in rounds)
    assert len({prompts for _, prompts in full}) == len(rounds) == 9
    assert len({tuple(mine for mine, _ in each) for each in rounds}) == 2, "the order changes"


def test_where_memory_holds_one_engine_they_take_turns(run):
    result, made = run(room=1)
    assert [engines.most for engines in made] == [2, 1]
    assert made[1].starts > 8
    assert result.points[0].summary("stock", TOKEN).median == pytest.approx(2000, rel=1e-3)


def test_other_tokens_than_stock_are_told(run):
    same, _ = run()
    assert "tokens equal those of stock in 9 of 9 orders" in same.mark("router mine").text
    other, _ = run(wrong=True)
    assert "tokens equal those of stock in 0 of 9 orders" in other.mark("router mine").text


def test_an_emulated_kernel_is_compared_with_nothing(run):
    result, _ = run(emulated=True)
    assert result.points[0].ratio("router mine", "stock", TOKEN) is None
    assert list(result.emulated()) == ["router mine"]
    assert not any("beside" in line for line in served_lines(result))


def test_a_cpu_says_nothing_of_a_gpu(run):
    result, _ = run()
    assert list(served_lines(result))[-1].startswith("engines ran on the CPU")

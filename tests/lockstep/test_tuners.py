"""Autotuned kernels of every making: which configuration runs, and what the launch returns."""

from __future__ import annotations

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import UnsupportedFeature, lockstep
from conformance.triton_internals import Autotuner

CONFIGURATIONS = [triton.Config({"STEP": step}, num_warps=step) for step in (1, 2, 4)]


@triton.jit
def write(out_ptr, n, STEP: tl.constexpr, EXTRA: tl.constexpr = 0):
    tl.store(out_ptr + tl.program_id(0), n * 100 + STEP * 10 + EXTRA)


def tuner_of(kind, **more):
    """A tuner of class ``kind`` for ``write``."""
    configurations = more.pop("configurations", CONFIGURATIONS)
    return kind(write, write.arg_names, configurations, ["n"], None, None, **more)


def steps_run(tuner, config=None, **keywords):
    """Which STEP a launch runs with, and the EXTRA."""
    out = torch.zeros(1, dtype=torch.int32)
    with lockstep(config=config) as session:
        tuner[(1,)](out, 3, **keywords)
    assert session.launch_count == 1 and int(out) // 100 == 3
    return int(out) % 100 // 10, int(out) % 10


class AddsAnArgument(Autotuner):
    """As wrappers of engines do, it changes the arguments and calls Triton's own."""

    def run(self, *arguments, **keywords):
        return super().run(*arguments, EXTRA=7, **keywords)


class AddsNothing(AddsAnArgument):
    """Derived from a class with a run of its own."""

    def run(self, *arguments, **keywords):
        assert self.configs, "a tuner has configurations while it runs"
        return super().run(*arguments, **keywords)


class ReplacesAll(Autotuner):
    """As libraries with tables of timings do, it times configurations itself and keeps the best."""

    def run(self, *arguments, **keywords):
        self.nargs = dict(zip(self.arg_names, arguments, strict=False))
        if len(self.configs) > 1:
            key = tuple(self.nargs[name] for name in self.keys)
            if key not in self.cache:
                timed = {
                    each: self._bench(*arguments, config=each, **keywords)
                    for each in self.prune_configs(keywords)
                }
                self.cache[key] = min(timed, key=timed.get)
            self.best_config = self.cache[key]
        else:
            self.best_config = self.configs[0]
        return self.fn.run(*arguments, **keywords, **self.best_config.all_kwargs())


class PrunesItself(Autotuner):
    """It leaves configurations out without being told by the caller."""

    def prune_configs(self, keywords):
        assert self.nargs["n"] == 3 and "grid" in keywords
        return super().prune_configs(keywords)[2:]


@pytest.mark.parametrize(
    ("kind", "extra"), [(Autotuner, 0), (AddsAnArgument, 7), (AddsNothing, 7), (ReplacesAll, 0)]
)
def test_tuners_of_every_class_run_the_chosen_configuration(kind, extra):
    tuner = tuner_of(kind)
    for config, step in ((None, 1), (0, 1), (2, 4), (1, 2), (None, 1)):
        assert steps_run(tuner, config) == (step, extra)
        assert tuner.configs is CONFIGURATIONS or tuner.configs == CONFIGURATIONS
        assert tuner.best_config is CONFIGURATIONS[config or 0]
        assert not tuner.cache
    with pytest.raises(IndexError, match="write has 3 configurations, there is no 3"):
        steps_run(tuner, 3)
    with pytest.raises(IndexError, match="there is no -1"):
        steps_run(tuner, -1)


def test_a_class_of_tuners_that_is_made_while_a_session_is_open():
    out = torch.zeros(1, dtype=torch.int32)
    with lockstep(config=1):

        class Late(Autotuner):
            def run(self, *arguments, **keywords):
                assert len(self.configs) == 1
                return super().run(*arguments, EXTRA=5, **keywords)

        own = Late.__dict__["run"]
        tuner_of(Late)[(1,)](out, 3)
    assert out.item() == 325
    assert Late.__dict__["run"] is not own
    assert "__init_subclass__" not in Autotuner.__dict__


@pytest.mark.parametrize("kind", [Autotuner, AddsAnArgument, ReplacesAll])
@pytest.mark.parametrize(
    ("pruning", "step"),
    [
        ({"early_config_prune": lambda configs, named, **_: configs[1:]}, 2),
        ({"early_config_prune": lambda configs, named, grid, **_: configs[named["n"] - 1 :]}, 4),
        ({"perf_model": lambda n, STEP, **_: -STEP, "top_k": 2}, 4),
        ({"perf_model": lambda STEP, **_: abs(STEP - 2), "top_k": 0.5}, 2),
        (
            {
                "early_config_prune": lambda configs, named, **_: configs[:2],
                "perf_model": lambda STEP, **_: -STEP,
                "top_k": 1,
            },
            2,
        ),
    ],
)
def test_pruned_configurations_do_not_run_unless_asked_for(kind, pruning, step):
    tuner = tuner_of(kind, prune_configs_by=pruning)
    assert steps_run(tuner)[0] == step
    assert steps_run(tuner, 0)[0] == 1


def test_a_class_of_tuners_may_prune():
    assert steps_run(tuner_of(PrunesItself)) == (4, 0)
    assert steps_run(tuner_of(PrunesItself), 1) == (2, 0)


def test_pruning_that_leaves_nothing_is_an_error_as_in_triton():
    tuner = tuner_of(Autotuner, prune_configs_by={"early_config_prune": lambda *_, **__: []})
    with pytest.raises(Exception, match="after pruning"):
        steps_run(tuner)


def test_arguments_that_a_configuration_gives_are_not_given_twice():
    with pytest.raises(ValueError, match="write is tuned: it chooses STEP itself"):
        steps_run(tuner_of(Autotuner), STEP=4)


def test_hooks_of_a_configuration_run_once_before_its_launch():
    seen = []
    configuration = triton.Config({"STEP": 2}, pre_hook=lambda named: seen.append(named["STEP"]))
    for kind in (Autotuner, AddsAnArgument):
        assert steps_run(tuner_of(kind, configurations=[configuration]))[0] == 2
    assert seen == [2, 2]


class OwnHeuristics(triton.runtime.Heuristics):
    """As engines derive from it."""

    def run(self, *arguments, **keywords):
        return super().run(*arguments, EXTRA=6, **keywords)


def test_heuristics_around_and_inside_tuners():
    values = {"EXTRA": lambda named: named["STEP"]}
    inside = triton.runtime.Heuristics(write, write.arg_names, values)
    tuner = Autotuner(inside, write.arg_names, CONFIGURATIONS, ["n"], None, None)
    assert steps_run(tuner, 2) == (4, 4)
    around = OwnHeuristics(tuner_of(Autotuner), write.arg_names, {})
    assert steps_run(around, 1) == (2, 6)


def test_a_launch_returns_what_can_be_launched_again():
    out = torch.zeros(2, dtype=torch.int32)
    with lockstep() as session:
        kernel = write[(1,)](out, 3, STEP=2, EXTRA=1)
        kernel[(2, 1, 1)](out, 4, None, None)  # by position, constexpr ones as they were
        assert out.tolist() == [421, 421]
        kernel[(1, 1, 1)](out, 5)
        assert out.tolist() == [521, 421]
        warmed = write.warmup(torch.int32, 3, STEP=2, grid=(1,))
        warmed[(1, 1, 1)](out, 6)
        assert out.tolist() == [620, 421]
        with pytest.raises(TypeError, match="takes 4 arguments by position, or the 2 that are no"):
            kernel[(1, 1, 1)](out)
        with pytest.raises(UnsupportedFeature, match="'n_regs' of a compiled kernel"):
            _ = kernel.n_regs
    assert session.launch_count == 4

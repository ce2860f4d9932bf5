"""Rounds are interleaved in a changing order, and more are taken where samples scatter."""

from random import Random

from conformance.measuring.rounds import interleaved
from conformance.measuring.statistics import median, ratio


def taken(names, samples, **limits):
    order = []

    def sampler(name):
        def sample():
            order.append(name)
            return samples(name, len(order))

        return sample

    found = interleaved({name: sampler(name) for name in names}, Random(3), **limits)
    return found, order


def test_every_round_takes_one_sample_of_each_and_no_two_rounds_look_alike():
    found, order = taken("abcd", lambda name, place: 1.0, least=12)
    assert {name: len(own) for name, own in found.items()} == dict.fromkeys("abcd", 12)
    rounds = [tuple(order[start : start + 4]) for start in range(0, len(order), 4)]
    assert all(sorted(each) == list("abcd") for each in rounds)
    assert len(set(rounds)) > 6


def test_a_clock_that_drifts_hits_all_alike():
    times = {"a": 1.0, "b": 2.0}
    found, _ = taken("ab", lambda name, place: times[name] * (1 + 0.01 * place), least=20, most=20)
    assert abs(ratio(found["b"], found["a"]).value - 2.0) < 0.05
    one_after_the_other = median([2.0 * (1 + 0.01 * place) for place in range(20, 40)]) / median(
        [1.0 * (1 + 0.01 * place) for place in range(20)]
    )
    assert one_after_the_other > 2.3


def test_it_ends_as_soon_as_the_times_are_known():
    steady, _ = taken("ab", lambda name, place: 5.0, least=10, most=50)
    assert len(steady["a"]) == 10


def test_more_rounds_are_taken_where_samples_scatter():
    random = Random(5)
    noisy, _ = taken("ab", lambda name, place: random.uniform(1, 2), least=10, most=50)
    assert len(noisy["a"]) == 50


def test_time_ends_it_but_never_before_the_least_rounds():
    random, spent = Random(5), []

    def sample(name, place):
        spent.append(name)
        return random.uniform(1, 2)

    limits = {"least": 10, "most": 50, "clock": lambda: float(len(spent))}
    found, _ = taken("ab", sample, seconds=5, **limits)
    assert len(found["a"]) == 10
    spent.clear()
    found, _ = taken("ab", sample, seconds=59, **limits)
    assert len(found["a"]) == 30

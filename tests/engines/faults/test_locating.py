"""Where a wrong answer starts, from outputs of layers that an engine has kept."""

import torch

from conformance.checks.generation.locating import first_difference, read_taps
from conformance.generation.setup import Calls, Started, Step
from conformance.generation.told import Told
from conformance.generation.vllm.taps import Taps

NAMES = ("layers.0.self_attn", "layers.0.mlp", "layers.0", "layers.1.self_attn", "layers.1")
POSITIONS, WIDTH = 4, 8


def owed(prompt, tokens):
    """What the oracle gives: another row for each name and position."""
    return {
        name: torch.arange(POSITIONS * WIDTH).reshape(POSITIONS, WIDTH) + 100.0 * (1 + number)
        for number, name in enumerate(NAMES)
    }


def told(path, wrong, places=((0, 2), (0, 3))):
    """An engine whose outputs are wrong by 5 from the second row on, for the names in ``wrong``."""
    taps = Taps()
    taps.tensors["0/places"] = torch.tensor(places)
    for name, right in owed((), ()).items():
        rows = torch.stack([right[position] for _, position in places])
        rows[1:] += 5.0 * (name in wrong)
        taps.tensors[f"0/{name}"] = rows
    taps.save(str(path))
    calls = (
        Calls("attention.kernel", "prefill", 0, 1),
        Calls("router.kernel", "prefill", 1, 1),
        Calls("sampler", "decode", None, 1),
    )
    return Told(Started(2), (Step("prefill", {0: 2}),), calls, taps=str(path))


def test_the_part_that_returned_first_is_named_not_the_layer_around_it(tmp_path):
    found = told(tmp_path / "taps", NAMES[1:])
    said = first_difference(found, read_taps(found.taps), [(1, 2, 3, 4)], [(5,)], owed)
    assert said == (
        "it starts at request 0, step 0 (prefill), position 3, layers.0.mlp, off by 5; "
        "called there: attention.kernel"
    )


def test_a_later_layer_is_named_with_what_was_called_in_it(tmp_path):
    found = told(tmp_path / "taps", ("layers.1",))
    said = first_difference(found, read_taps(found.taps), [(1, 2, 3, 4)], [(5,)], owed)
    assert "layers.1, off by 5; called there: router.kernel" in said


def test_outputs_that_are_right_say_nothing(tmp_path):
    found = told(tmp_path / "taps", ())
    assert first_difference(found, read_taps(found.taps), [(1, 2, 3, 4)], [(5,)], owed) == ""

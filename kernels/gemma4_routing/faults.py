"""Faults to plant: wrong routing implementations, each found by exactly one check.

A check that does not find its fault here cannot fail. Each fault shows only in circumstances that
its check alone produces, and is otherwise a right implementation that refuses wrong arguments.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from . import faulty_kernels, faulty_routes

Route = Callable[[torch.Tensor, int, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class Fault:
    """One wrong implementation."""

    id: str
    """The check that finds it, and what is wrong in a word or two."""
    wrong: str
    """What is wrong, and when, in one sentence."""
    caught_by: str
    """Id of the only check that finds it."""
    make: Callable[[], Route]
    """Makes a fresh implementation, with state of its own where the fault lies in state."""


_FAULTS = (
    Fault(
        "values-probabilities",
        "A batch of 32 or more logits, the smallest of which lies between 0 and 1, is taken for "
        "probabilities: its weights are renormalised without a softmax.",
        "values",
        faulty_routes.probabilities_taken_for_granted,
    ),
    Fault(
        "ties-equal-row",
        "A shortcut for rows of four or more equal finite logits fills every slot with expert 0.",
        "ties",
        faulty_routes.equal_row_shortcut,
    ),
    Fault(
        "special-nan",
        "In 32 or more float16 rows of a multiple of 128 logits NaN never wins a comparison, so "
        "that slots without another candidate keep the id 0 that they were initialised with.",
        "special",
        faulty_routes.nan_keeps_the_initial_id,
    ),
    Fault(
        "sizes-second-half",
        "With 32 or more rows of more than 512 logits, which are sorted in two halves, the ids of "
        "the second half lack its offset.",
        "sizes",
        faulty_routes.second_half_without_offset,
    ),
    Fault(
        "dtypes-upper-byte",
        "Beside bfloat16 scales, 32 or more float16 rows of a multiple of 128 logits that all lie "
        "in [1, 2) are compared by their upper byte only.",
        "dtypes",
        faulty_routes.upper_byte_keys,
    ),
    Fault(
        "layout-row-pitch",
        "Logits whose rows are dense but lie further apart than a row is long are read as if they "
        "were contiguous.",
        "layout",
        faulty_routes.row_pitch_ignored,
    ),
    Fault(
        "layout-32-bit-offsets",
        "Rows whose offset does not fit 32 bits are read from elsewhere.",
        "layout",
        faulty_routes.offsets_of_32_bits,
    ),
    Fault(
        "bounds-read",
        "The mask of a load is off by one: an element behind the scales is read and discarded.",
        "bounds",
        lambda: faulty_kernels.read_beyond_scale,
    ),
    Fault(
        "bounds-write",
        "The mask of a store is off by one: an element behind the weights is written.",
        "bounds",
        lambda: faulty_kernels.write_beyond_weights,
    ),
    Fault(
        "poison-denominator",
        "The sums of the softmax are added to memory that was never cleared.",
        "poison",
        faulty_routes.uncleared_denominator,
    ),
    Fault(
        "purity-nan",
        "NaN logits are replaced by -inf in the caller's tensor.",
        "purity",
        faulty_routes.nan_replaced_in_place,
    ),
    Fault(
        "reuse-scale",
        "The float32 copy of the scales is kept for as long as the caller's tensor lives, whatever "
        "is written into it.",
        "reuse",
        faulty_routes.scale_kept_by_tensor,
    ),
    Fault(
        "repetition-third-call",
        "Every third call in a row with the same tensors returns doubled weights, as an autotuner "
        "does that tries a wrong configuration.",
        "repetition",
        faulty_routes.wrong_on_third_call,
    ),
    Fault(
        "arguments-unchecked",
        "Nothing is validated: K > E gives ids of padding, K < 1 gives no slots, and short scales "
        "are read as 0 behind their end.",
        "arguments",
        faulty_routes.unchecked_arguments,
    ),
    Fault(
        "builds-count",
        "A count in the kernel that copies the weights starts as an int and goes on as a float, "
        "which runs in lockstep and which Triton's compiler refuses.",
        "builds",
        lambda: faulty_kernels.count_of_two_types,
    ),
)

FAULTS: dict[str, Fault] = {fault.id: fault for fault in _FAULTS}

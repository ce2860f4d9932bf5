"""``python -m conformance.serving.one_call SUBJECT CASE``: one call of a subject, judged by nobody.

SUBJECT is JSON: operator, subject, device, imports, settings. The exit code is 0 whatever the
subject answers, so that any other one is that of whoever watches.
"""

import json
import sys
from collections.abc import Sequence

import torch

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator, with_settings
from conformance.execution.bench import Bench
from conformance.registrations.importing import importing
from conformance.subjects.subject import load_subject

_ALIGNED = 16
"""Bytes: the widest access of a thread."""


def alone(tensor: torch.Tensor) -> torch.Tensor:
    """The same tensor in memory that ends with its last element.

    Inputs are built with guards on both sides, in which an access beyond a tensor would be one of
    the memory that it has. It begins as far from an aligned address as before.
    """
    if not tensor.numel():
        return tensor
    spans = zip(tensor.shape, tensor.stride(), strict=True)
    extent = 1 + sum((size - 1) * stride for size, stride in spans)
    before = tensor.storage_offset() % max(1, _ALIGNED // tensor.element_size())
    memory = tensor.as_strided((before + extent,), (1,), tensor.storage_offset() - before).clone()
    return memory.as_strided(tensor.shape, tensor.stride(), before)


def main(words: Sequence[str]) -> int:
    """Call the subject with the arguments of the case."""
    named, case = json.loads(words[0]), Case.parse(words[1])
    if named["imports"]:
        importing(named["imports"])
    operator = with_settings(find_operator(named["operator"]), named["settings"])
    subject = load_subject(operator, named["subject"], named["settings"])
    device = (subject.loaded and subject.loaded.device) or open_device(named["device"])
    bench = Bench(operator.contract, subject.function, device)
    passed = bench.passed(bench.build(case).arguments)
    arguments = [alone(each) if isinstance(each, torch.Tensor) else each for each in passed]
    try:
        # Not by way of the device: nobody fills fresh memory, so that reading it can be seen.
        subject.function(*arguments)
        print("answered")
    except Exception as error:  # whatever a subject raises, others judge
        print(f"raised {type(error).__name__}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

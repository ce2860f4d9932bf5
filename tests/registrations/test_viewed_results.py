"""Results lie in the order in which callers view them, if the contract says that they do so."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch
from conformance_kernels.rbln_attention.implementations.output import output_of
from conformance_kernels.rbln_attention.registration.operator import REGISTERED

from conformance.checks.registration.fake import CHECK
from conformance.events.finding import Finding
from conformance.events.request import Registration
from conformance.execution.describe import describe
from conformance.execution.outcome import Outcome
from conformance.registrations.effort import Effort
from conformance.registrations.examination import Surroundings, opened

NAME = "causal_attention_naive_prefill"


class Plain:
    torch_device = "cpu"
    mode = "cpu"

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        try:
            return Outcome(function(*arguments))
        except Exception as error:
            return Outcome(raised=describe(error))


def _registered(
    library: torch.library.Library, name: str, real: Callable[..., Any], fake: Callable[..., Any]
) -> None:
    """Our operator under another name, with its results laid out anew."""
    ours = getattr(torch.ops.conformance_kernels, f"rbln_{NAME}").default
    library.define(f"{name}({str(ours._schema).partition('(')[2]}")
    library.impl(name, lambda *arguments: real(ours(*arguments)), "CPU")
    torch.library.register_fake(f"suite_viewed::{name}", lambda *a: fake(a[0]), lib=library)


@pytest.fixture
def library() -> Iterator[torch.library.Library]:
    assert REGISTERED
    library = torch.library.Library("suite_viewed", "DEF")
    _registered(library, "by_tokens", lambda result: result, output_of)
    _registered(library, "like_query", lambda result: result, torch.empty_like)
    _registered(
        library, "dense", lambda result: result.contiguous(), lambda q: q.new_empty(q.shape)
    )
    yield library
    library._destroy()


def _findings(name: str) -> list[Finding]:
    """What is found where callers pass the query token by token, alone or with others."""
    registration = Registration(f"suite_viewed::{name}", NAME)
    examined = opened(registration, "", Plain(), Effort(2), Surroundings())
    found = []
    for case in CHECK.cases(examined):
        if case.tensors["query"].layout == "token-major":
            found += CHECK.decide(examined, case)
    return found


def test_results_that_callers_can_view_are_accepted(library: torch.library.Library) -> None:
    assert _findings("by_tokens") == _findings("like_query") == []


def test_dense_results_that_callers_cannot_view_are_found_in_both_kernels(
    library: torch.library.Library,
) -> None:
    messages = [finding.message for finding in _findings("dense")]
    assert any("of the real kernel it lies in another order than query" in m for m in messages)
    assert any("of the fake kernel" in m and "flash_attention.py:1770" in m for m in messages)

"""Cases of a contract, and what its reference answers to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from hypothesis.strategies import SearchStrategy

from conformance.case import Case, CaseError
from conformance.checks import CHECKS
from conformance.contract import Contract, Size
from conformance.inputs.build import build
from conformance.inputs.draw import cases
from conformance.inputs.scenes import FILLINGS, NEW, STEP, UNDEFINED
from conformance.judge.answer import Owed, ask_reference
from conformance.judge.judge import as_reference_takes_it
from conformance.judge.pieces import pieces


@dataclass(frozen=True)
class Asked:
    """One call: its arguments by name, as a subject gets them, and what the reference owes."""

    arguments: Mapping[str, Any]
    owed: Owed


def arguments_of(contract: Contract, case: Case) -> dict[str, Any]:
    """The arguments of a case by name. Raises `CaseError` if there is no such scene."""
    names = [argument.name for argument in contract.arguments]
    return dict(zip(names, build(contract, case).arguments, strict=True))


def ask(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Mapping[str, Any],
    chosen: Mapping[str, torch.Tensor] | None = None,
) -> Asked:
    """The reference's answer to a call, asked as the judge asks it."""
    whole = next(pieces(contract, axes))
    taken = [as_reference_takes_it(a, arguments[a.name], whole) for a in contract.arguments]
    return Asked(arguments, ask_reference(contract, axes, taken, chosen or {}))


def every_case(contract: Contract, most: int = 400) -> SearchStrategy[Case]:
    """Small cases in which every tensor holds any word that it knows, and every choice is made."""
    values = {a.name: a.patterns for a in contract.tensors}
    options: dict[str, tuple[str, ...]] = {}
    if contract.states:
        options[NEW] = ("usual", "any")
    if contract.scene:
        options |= {UNDEFINED: FILLINGS, STEP: ("0", "1", "2")}
    drawn = cases(
        contract, "references", values=values, variants=True, elements=most, options=options
    )
    return (
        drawn if contract.scene is None else drawn.filter(lambda case: _has_scene(contract, case))
    )


def _has_scene(contract: Contract, case: Case) -> bool:
    try:
        arguments_of(contract, case)
    except CaseError:
        return False
    return True


def fixed_cases(contract: Contract, sizes: Mapping[str, Size]) -> Iterator[Case]:
    """Every case that some check always asks, with small sizes and dense; each once."""
    seen = set()
    for check in CHECKS:
        if check.lacks(contract) is not None:
            continue
        for case in check.fixed(contract):
            dense = {
                name: replace(spec, layout="dense") if spec.given else spec
                for name, spec in case.tensors.items()
            }
            axes = {**case.axes, **sizes}
            small = replace(case, check="references", axes=axes, tensors=dense)
            if str(small) not in seen and _has_scene(contract, small):
                seen.add(str(small))
                yield small

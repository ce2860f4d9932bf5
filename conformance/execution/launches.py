"""Which launches belong to which case."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.contract import Contract
from conformance.events.verdict import NotSupported
from conformance.inputs.usual import usual_words
from conformance.targets.builds import Builds


def builder_of(device: Device) -> Builds:
    """Who builds what a device has launched.

    Raises :class:`NotSupported` if the device does not note what it launches.
    """
    builder: Builds | None = getattr(device, "builder", None)
    if builder is None:
        raise NotSupported(f"{device.mode}: Triton's compiler does not build its kernels")
    return builder


def plain(contract: Contract, case: Case, check: str) -> Case:
    """The call of a case as one of ``check``, without what its own check asks beside the call."""
    words = usual_words(contract)
    options = {name: word for name, word in case.options.items() if name in words}
    return replace(case, check=check, options=options)


@contextmanager
def during(
    device: Device, contract: Contract, case: Case, rehearsed: bool = False
) -> Iterator[None]:
    """Launches meanwhile are those of ``case``, whichever check asks it.

    ``rehearsed`` says that none of them runs.
    """
    log = getattr(device, "launched", None)
    if log is None:
        yield
        return
    with log.during(str(plain(contract, case, "builds")), rehearsed):
        yield

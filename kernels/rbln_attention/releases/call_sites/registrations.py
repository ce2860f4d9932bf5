"""The operators that a release registers, and the kernels that they launch."""

from collections.abc import Iterator

from conformance.sources.comparing.compare import compare_launch
from conformance.sources.comparing.fakes import compare_fake
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.reading.schema import OperatorSchema

from ...table import KINDS
from . import meanings as words
from .meanings import TRITON
from .release import Release


def check_registration(release: Release, name: str) -> Iterator[SourceFinding]:
    """What is wrong with the registrations of an operator, `namespace::name`."""
    for real in (release.schemas.real.get(name), *release.schemas.duplicates):
        if not real or real.name != name:
            continue
        if fake := release.schemas.fake.get(name):
            yield from compare_fake(real, fake)
        else:
            message = "the operator has no fake implementation"
            yield source_finding(Cause.FAKE, name, message, where=real.place)
        if name.startswith(f"{TRITON}::"):
            yield from _against_table(real)


def _against_table(real: OperatorSchema) -> Iterator[SourceFinding]:
    names = KINDS[real.name.partition("::")[2]].arguments
    pairs = (
        ("parameters", ", ".join(map(str, real.parameters)), _tensors(names)),
        ("result", real.returns, "torch.Tensor"),
        ("mutates_args", ", ".join(real.mutates), ""),
    )
    for what, got, wanted in pairs:
        if got != wanted:
            about, message = f"{real.name}: {what}", f"other {what} than specified"
            yield source_finding(Cause.SCHEMA, about, message, got, wanted, where=real.place)


def _tensors(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}: torch.Tensor" for name in names)


def check_launches(release: Release, operator: str) -> Iterator[SourceFinding]:
    """What is wrong with the launches of an operator's kernel."""
    name = f"{TRITON}::{operator}"
    launches = [launch for launch in release.calls.launches if launch.operator == name]
    for launch in launches:
        yield from compare_launch(launch, words.WRAPPER)
        if launch.kernel.name != operator:
            message, got = "it launches another kernel", launch.kernel.name
            yield source_finding(Cause.WRONG, name, message, got, operator, where=launch.where)
    if not launches and (real := release.schemas.real.get(name)):
        message = "the operator was not seen to launch a kernel"
        yield source_finding(Cause.NOT_RESOLVED, name, message, where=real.place)

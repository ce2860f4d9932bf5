"""What a release registers as an operator, and the kernel that the operator launches."""

from collections.abc import Iterator

from conformance.sources.compare import compare_fake, compare_launch
from conformance.sources.finding import CallSiteFinding, FindingKind
from conformance.sources.schema import OperatorSchema

from . import call_site_meanings as words
from .call_site_meanings import TRITON
from .call_site_release import Release
from .table import KINDS


def check_registration(release: Release, name: str) -> Iterator[CallSiteFinding]:
    """What is wrong with the registrations of the operator `space::name`."""
    for real in (release.schemas.real.get(name), *release.schemas.again):
        if not real or real.name != name:
            continue
        if fake := release.schemas.fake.get(name):
            yield from compare_fake(real, fake)
        else:
            message, kind = "the operator has no fake implementation", FindingKind.FAKE
            yield CallSiteFinding(name, message, where=real.place, kind=kind)
        if name.startswith(f"{TRITON}::"):
            yield from _against_table(real)


def _against_table(real: OperatorSchema) -> Iterator[CallSiteFinding]:
    names = KINDS[real.name.partition("::")[2]].arguments
    pairs = (
        ("parameters", ", ".join(map(str, real.parameters)), _tensors(names)),
        ("result", real.returns, "torch.Tensor"),
        ("mutates_args", ", ".join(real.mutates), ""),
    )
    for what, got, wanted in pairs:
        if got != wanted:
            about, kind = f"{real.name}: {what}", FindingKind.SCHEMA
            message = f"other {what} than specified"
            yield CallSiteFinding(about, message, got, wanted, real.place, kind=kind)


def _tensors(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}: torch.Tensor" for name in names)


def check_launches(release: Release, operator: str) -> Iterator[CallSiteFinding]:
    """What is wrong with the launches of an operator's kernel."""
    name = f"{TRITON}::{operator}"
    launches = [launch for launch in release.calls.launches if launch.operator == name]
    for launch in launches:
        yield from compare_launch(launch, words.WRAPPER)
        if launch.kernel.name != operator:
            got, kind = launch.kernel.name, FindingKind.WRONG
            yield CallSiteFinding(
                name, "it launches another kernel", got, operator, launch.where, kind=kind
            )
    if not launches and (real := release.schemas.real.get(name)):
        message, kind = "the operator was not seen to launch a kernel", FindingKind.NOT_RESOLVED
        yield CallSiteFinding(name, message, where=real.place, kind=kind)

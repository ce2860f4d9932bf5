"""Compares fake implementations with the operators that they stand in for while tracing."""

from collections.abc import Sequence

from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.reading.schema import OperatorSchema, Parameter


def compare_fake(real: OperatorSchema, fake: OperatorSchema) -> list[SourceFinding]:
    """Where a fake differs from its operator: in its parameters, or in the type of its result.

    Parameters must agree in order, name, type, default and kind.
    """
    found = []
    pairs = (
        ("parameters", _listed(real.parameters), _listed(fake.parameters)),
        ("result", real.returns, fake.returns),
    )
    for what, wanted, got in pairs:
        if wanted != got:
            message = f"the fake has other {what}" if what == "parameters" else "other result type"
            about, where = f"{real.name}: {what}", f"{fake.place}, real at {real.place}"
            found.append(source_finding(Cause.FAKE, about, message, got, wanted, where=where))
    return found


def _listed(parameters: Sequence[Parameter]) -> str:
    return ", ".join(
        f"{p} ({p.kind})" if p.kind != "positional or keyword" else str(p) for p in parameters
    )

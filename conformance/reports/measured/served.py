"""What engines with and without a kernel came to: throughput, and time per output token."""

from collections.abc import Iterator

from conformance.contract import point_text
from conformance.measuring.request import ORDER, TOKEN
from conformance.measuring.result import PEER, SUBJECT, Result
from conformance.reports.measured.table import number


def served_lines(result: Result) -> Iterator[str]:
    """A line for each engine and point, with what it gains beside the stock engine."""
    for point in result.points:
        tokens = int(point.point["R"]) * int(point.point["N"])
        for name in result.names(PEER, SUBJECT):
            order, token = point.summary(name, ORDER), point.summary(name, TOKEN)
            if order is None or token is None:
                continue
            words = f"{point_text(point.point)}: {name}: {number(tokens * 1e6 / order.median)} "
            words += f"tokens a second, {number(token.median / 1000)} ms per output token"
            for other in result.names(PEER):
                rate = point.ratio(other, name, ORDER) if other != name else None
                each = point.ratio(name, other, TOKEN) if other != name else None
                if rate and each:
                    words += f"; beside {other} {percent(rate.value)} throughput"
                    words += f" ({percent(rate.low)} to {percent(rate.high)})"
                    words += f", {percent(each.value)} time per token"
                    words += f" ({percent(each.low)} to {percent(each.high)})"
            yield words
    if result.machine is not None and result.machine.device == "cpu":
        yield "engines ran on the CPU: these figures say nothing of a GPU"


def percent(factor: float) -> str:
    """``+3.2 %`` for a factor of 1.032."""
    return f"{100 * (factor - 1):+.1f} %" if factor < float("inf") else "unknown"

"""What became of subjects since a baseline, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from conformance.contract import point_text
from conformance.measuring.against import Change, Ground
from conformance.measuring.request import TIMERS
from conformance.measuring.statistics import CONFIDENCE
from conformance.reports.foreign import one_line

_STYLES = {Ground.LOST: "bold red", Ground.INCONCLUSIVE: "yellow", Ground.GAINED: "green"}


def print_changes(
    console: Console, changes: Sequence[Change], tolerance: float, notes: Sequence[str]
) -> None:
    """A line for each subject and point; the sentence that decides comes last."""
    console.print()
    told = f"factor on the time, with {CONFIDENCE:.0%} between; {tolerance:.3g} % may be lost"
    console.print(Text(f"against the baseline: {told}", style="bold"))
    for each in changes:
        factor = each.factor
        high = "∞" if factor.high == float("inf") else f"{factor.high:.3f}"
        line = Text(f"{each.ground:<13}", style=_STYLES.get(each.ground, ""))
        line.append(
            one_line(
                f"{factor.value:.3f} ({factor.low:.3f} to {high})  {each.subject}  "
                f"{point_text(each.point.point)}, {TIMERS[each.timer]}, "
                f"beside {', '.join(each.references)}"
            ),
            style="default",
        )
        console.print(line)
    for note in notes:
        console.print(Text(one_line(note)))
    console.print(Text(sentence(changes)))


def sentence(changes: Sequence[Change]) -> str:
    """``1 of 10 lost ground, 2 inconclusive``."""
    counts = {ground: sum(each.ground is ground for each in changes) for ground in Ground}
    if not changes:
        return "nothing could be compared"
    words = [f"{counts[Ground.LOST]} of {len(changes)} lost ground"]
    if counts[Ground.GAINED]:
        words.append(f"{counts[Ground.GAINED]} gained")
    if counts[Ground.INCONCLUSIVE]:
        words.append(f"{counts[Ground.INCONCLUSIVE]} inconclusive: the machine is too noisy")
    return ", ".join(words)

"""What was measured, as a table: a block for each point, a line for each contestant."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from conformance.contract import point_text
from conformance.measuring.request import TIMERS
from conformance.measuring.result import FLOOR, PEER, SUBJECT, MeasuredPoint, Result
from conformance.measuring.statistics import Summary
from conformance.reports.foreign import one_line

_NAME, _FIGURE = 26, 32
_VERDICTS = {True: "conformant as far as looked at: ", False: "NOT CONFORMANT: ", None: ""}


def print_measured(console: Console, result: Result) -> None:
    """Print all points, then what is to be known of the contestants."""
    for text in heading(result):
        console.print(Text(text))
    for point in result.points:
        if point.done or point.figures:
            console.print()
            for line in _block(result, point):
                console.print(line)
    notes = list(_notes(result))
    if notes:
        console.print()
    for note in notes:
        console.print(Text(one_line(note)))


def heading(result: Result) -> Iterator[str]:
    """Where and how it was measured."""
    machine = result.machine
    if machine is None:
        return
    rounds = {len(f.samples) for point in result.points for f in point.figures.values()}
    taken = f"{min(rounds)} to {max(rounds)} rounds" if len(rounds) > 1 else (
        f"{next(iter(rounds), 0)} rounds"
    )  # fmt: skip
    driver = "" if machine.driver == "none" else f", {machine.driver}"
    yield one_line(
        f"{result.operator} on {machine.device}: {machine.name}{driver}; "
        f"torch {machine.versions.get('torch')}, Triton {machine.versions.get('triton')}"
    )
    yield (
        f"microseconds a call: median ± half the interquartile range of {taken}, interleaved; "
        f"seed {result.seed}"
    )


def _block(result: Result, point: MeasuredPoint) -> Iterator[Text]:
    timers = result.timers
    head = f"{one_line(point_text(point.point)):<{_NAME + 9}}"
    yield Text(head + "".join(f"{TIMERS[timer]:>{_FIGURE}}" for timer in timers), style="bold")
    first = next(iter(result.names(SUBJECT)), None) or next(iter(result.names(PEER)), "")
    for name in result.names(SUBJECT, PEER, FLOOR):
        cells = [_cell(point, name, first, timer) for timer in timers]
        if not any(cell.strip() for cell in cells):
            continue
        group = result.contestants[name].group
        line = Text(f"  {one_line(name)[: _NAME - 1]:<{_NAME}}")
        line.append(f"{'' if group == SUBJECT else group:<7}", style="dim")
        for cell in cells:
            line.append(f"{cell:>{_FIGURE}}")
        for word in _words(result, point, name):
            line.append(f"  {word}", style="yellow")
        yield line
    if point.setting is not None and point.setting.read + point.setting.written:
        where = "beyond the cache" if point.setting.beyond_cache else "within the cache"
        sets = point.setting.sets
        yield Text(
            f"  {sets} {'copies' if sets > 1 else 'copy'} of the arguments, {where}; to move: "
            f"{point.setting.read} bytes read, {point.setting.written} written",
            style="dim",
        )


def _cell(point: MeasuredPoint, name: str, first: str, timer: str) -> str:
    """``61.9 ±0.2    1.00x``: how long it takes, and how many times as long as the first."""
    found = point.summary(name, timer)
    if found is None:
        return "-" if {(name, timer), (name, "")} & point.problems.keys() else ""
    times = point.ratio(name, first, timer)
    ratio = f"{number(times.value)}x" if times else ""
    return f"{figure_text(found)} {ratio:>9}"


def figure_text(found: Summary) -> str:
    """``61.9 ±0.2``."""
    half = found.spread / 2
    return f"{number(found.median)} ±{number(half) if half >= 0.01 else '0.00'}"


def number(value: float) -> str:
    """Three digits that count: ``0.0123``, ``1.23``, ``123``, ``12345``."""
    if value >= 99.95:
        return f"{value:.0f}"
    if value >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.01 or value == 0 else f"{value:.2g}"


def _words(result: Result, point: MeasuredPoint, name: str) -> Iterator[str]:
    """What is to be known of a figure."""
    told, figures = result.contestants[name], point.figures.values()
    own = [figure for figure in figures if figure.name == name]
    if any(figure.emulated for figure in own):
        yield "EMULATED"
    ways = dict.fromkeys(figure.way for figure in own if figure.way)
    if ways and told.group != FLOOR:
        yield ", ".join(ways)
    if told.group == FLOOR:
        return
    mark = result.mark(name)
    if mark.conformant is False:
        yield "NOT CONFORMANT"
    elif mark.conformant is None:
        yield "not checked"


def _notes(result: Result) -> Iterator[str]:
    for name in result.names(SUBJECT, PEER):
        told, mark = result.contestants[name], result.mark(name)
        if told.absent:
            yield f"{name}: not here: {told.absent}"
            continue
        if told.meaning or told.leaves_out:
            without = f", without {told.leaves_out}" if told.leaves_out else ""
            yield f"{name}: {told.meaning}{without}"
        if name in result.left_out:
            yield f"{name}: CRASHED: {result.left_out[name]}"
        yield f"{name}: {_VERDICTS[mark.conformant]}{mark.text}"
        problems = {
            text for point in result.points for (own, timer), text in point.problems.items()
            if own == name and timer
        }  # fmt: skip
        for text in sorted(problems):
            yield f"{name}: - stands for: {text}"
    if emulated := list(result.emulated()):
        yield (
            f"EMULATED: Triton does not compile for this device; the times of "
            f"{', '.join(emulated)} are those of the emulation, and are compared with no other"
        )

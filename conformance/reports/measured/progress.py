"""How far a measurement is: a line on a terminal that is replaced, lines elsewhere."""

from time import monotonic
from typing import TextIO

from conformance.measuring.told import At, PointDone, Told
from conformance.reports.foreign import one_line
from conformance.reports.text.progress import left_text

_APART = 0.1
"""Seconds between two looks of a terminal."""


class MeasuringProgress:
    """Hears what a measurement tells."""

    def __init__(self, operator: str, points: int, stream: TextIO | None) -> None:
        self._operator, self._points, self._stream = operator, points, stream
        self._live = stream is not None and stream.isatty()
        self._begin, self._shown, self._done = monotonic(), 0.0, 0

    def hear(self, told: Told) -> None:
        """Take over a message."""
        match told:
            case PointDone():
                self._done += 1
                self._show(self._text(""), always=True)
            case At():
                self._show(self._text(f"{told.name} {told.doing}".strip()))

    def close(self) -> None:
        """The line goes."""
        if self._live and self._stream is not None:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _text(self, now: str) -> str:
        words = [f"{self._operator}: {self._done} of {self._points} points measured"]
        if self._done:
            spent = monotonic() - self._begin
            words.append(left_text(spent / self._done * (self._points - self._done)))
        return ", ".join([*words, *([now] if now else [])])

    def _show(self, text: str, always: bool = False) -> None:
        if self._stream is None:
            return
        if not self._live:
            if always:
                print(f"conformance: {text}", file=self._stream, flush=True)
            return
        if always or monotonic() - self._shown > _APART:
            self._shown = monotonic()
            self._stream.write(f"\r\x1b[K{one_line(text)[:100]}")
            self._stream.flush()

"""Orders and answers between an engine's process and the process that started it, as JSON.

A process is told its :class:`ProcessSetup` and answers once its package is imported. Then it takes
the orders ``start`` (answered with :class:`Started`), ``generate`` (with :class:`Generated`) and
``end``. What was raised is an answer as well.
"""

import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

LONGEST_BYTES = 256 << 20
"""No message is longer."""
TRACEBACK_CHARACTERS = 6000
"""How much of the end of a traceback travels."""

#: Whoever begins to speak says that it does, so that nothing else can be taken for an answer.
_SIGN = b"conformance engine\n"


class Garbled(Exception):
    """The other side sent what is no message."""


@dataclass(frozen=True)
class Raised:
    """What an engine raised.

    ``type`` is the exception's name with its module, ``place`` the file and line where it was
    raised, ``trace`` the end of the traceback.
    """

    type: str
    message: str
    place: str
    trace: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, error: BaseException) -> "Raised":
        """The exception as data."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        kind = type(error)
        inside = kind.__module__ in ("builtins", "__main__")
        name = kind.__qualname__ if inside else f"{kind.__module__}.{kind.__qualname__}"
        trace = "".join(traceback.format_exception(error))[-TRACEBACK_CHARACTERS:]
        return cls(name, str(error), place, trace)


def send(connection: Connection, message: Mapping[str, Any]) -> None:
    """Send a message. Raises OSError if nobody is there."""
    connection.send_bytes(_SIGN + json.dumps(message).encode())


def receive(connection: Connection) -> dict[str, Any]:
    """The next message. Raises EOFError or OSError if nobody is there, and :class:`Garbled`."""
    data = connection.recv_bytes(LONGEST_BYTES)
    if not data.startswith(_SIGN):
        raise Garbled(f"{data[:80]!r} is no message")
    try:
        message = json.loads(data[len(_SIGN) :])
    except ValueError as error:
        raise Garbled(f"{data[:80]!r} is no message: {error}") from error
    if not isinstance(message, dict):
        raise Garbled(f"{data[:80]!r} is no message")
    return message

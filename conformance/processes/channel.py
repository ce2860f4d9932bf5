"""Messages between the judge's process and the subject's: JSON, bounded, of a known sender."""

import json
import os
import select
import socket
import struct
from time import monotonic
from typing import Any

LARGEST = 16 << 20
"""Bytes of the largest message. Tensors do not travel in messages."""
_PACKET = 32 << 10
"""Bytes of a message that one packet holds."""
_CREDENTIALS = struct.Struct("3i")


class ChannelClosed(Exception):
    """Nobody is at the other end any more."""


class NotAMessage(Exception):
    """What came is no message of the process at the other end; the text says why."""


class Channel:
    """One end of a pair of sockets that keep the borders of packets.

    ``peer`` is the number of the only process whose messages are taken (None: anybody's): a child
    of that process inherits the socket, and may not answer for its parent. The kernel says who
    sent a packet.
    """

    def __init__(self, end: socket.socket, peer: int | None = None) -> None:
        self._end = end
        self.peer = peer
        if peer is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._parts: list[bytes] = []
        self._size = 0

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, message: dict[str, Any], seconds: float = 60.0) -> None:
        """Send a message. Raises :class:`ChannelClosed`, also if it is not taken in time."""
        data = json.dumps(message).encode()
        end = monotonic() + seconds
        for start in range(0, max(1, len(data)), _PACKET):
            part = data[start : start + _PACKET]
            last = b"\1" if start + _PACKET >= len(data) else b"\0"
            self._send_packet(last + part, end)

    def _send_packet(self, packet: bytes, end: float) -> None:
        while True:
            try:
                self._end.send(packet, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
                return
            except BlockingIOError:
                left = end - monotonic()
                if left <= 0 or not select.select([], [self._end], [], left)[1]:
                    raise ChannelClosed("nobody takes what is sent") from None
            except OSError as error:
                raise ChannelClosed(str(error)) from error

    def receive(self, seconds: float | None = None) -> dict[str, Any] | None:
        """The next message; None if none is complete within ``seconds`` (None: wait for ever).

        Raises :class:`ChannelClosed` and :class:`NotAMessage`.
        """
        end = None if seconds is None else monotonic() + seconds
        while True:
            left = None if end is None else max(0.0, end - monotonic())
            if not select.select([self._end], [], [], left)[0]:
                return None
            if (message := self._packet()) is not None:
                return message

    def _packet(self) -> dict[str, Any] | None:
        try:
            packet, ancillary, flags, _ = self._end.recvmsg(
                _PACKET + 1, socket.CMSG_SPACE(_CREDENTIALS.size)
            )
        except OSError as error:
            raise ChannelClosed(str(error)) from error
        if not packet:
            raise ChannelClosed("the other end is closed")
        self._check_sender(ancillary)
        self._size += len(packet)
        if flags & socket.MSG_TRUNC or packet[:1] not in (b"\0", b"\1") or self._size > LARGEST:
            raise NotAMessage(f"a message of more than {LARGEST >> 20} MiB, or none at all")
        self._parts.append(packet[1:])
        if packet[:1] == b"\0":
            return None
        data, self._parts, self._size = b"".join(self._parts), [], 0
        try:
            message = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise NotAMessage(f"what came is no JSON: {error}") from error
        if not isinstance(message, dict):
            raise NotAMessage("a message is a JSON object")
        return message

    def _check_sender(self, ancillary: list[tuple[int, int, bytes]]) -> None:
        if self.peer is None:
            return
        senders = [
            _CREDENTIALS.unpack(data)[0]
            for level, kind, data in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        ]
        if senders != [self.peer]:
            raise NotAMessage("another process than the subject's answered in its place")

    def close(self) -> None:
        self._end.close()

    def close_in_children(self) -> None:
        """Close this end in every child that Python forks."""
        os.register_at_fork(after_in_child=self._end.close)


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets that keep the borders of packets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

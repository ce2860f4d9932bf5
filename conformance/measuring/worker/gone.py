"""A device that can no longer be used."""

from conformance.measuring.told import Lost


class DeviceGone(Exception):
    """The device can no longer be used: whoever ran last, ``name``, brought it down."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message

    @property
    def told(self) -> Lost:
        """What is told of it."""
        return Lost(self.name, self.message.partition("\n")[0])

"""A device that a subject has brought down."""

_KERNEL_FAULTS = (
    "illegal memory access",
    "misaligned address",
    "illegal instruction",
    "invalid program counter",
    "device-side assert",
    "unspecified launch failure",
)
"""What CUDA and HIP say of a device that a kernel has brought down."""


class DeviceLost(BaseException):
    """This process cannot use the device any more, after a call of the subject.

    Only whoever asked for the check may catch it: whatever ran next would fail for the same reason.
    ``faulted`` is true if the device says that a kernel did something that it must not do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.faulted = any(words in message for words in _KERNEL_FAULTS)

"""The driver that Triton finds: another name for the one that lockstep has."""

from typing import Any

from conformance.triton_backends import DriverBase


class LockstepDriver(DriverBase):
    """Making one gives a :class:`conformance.lockstep.launch.driver.EmulatedDriver`."""

    def __new__(cls) -> Any:
        from conformance.lockstep.launch.driver import EmulatedDriver

        return EmulatedDriver()

    @classmethod
    def is_active(cls) -> bool:
        """Kernels can be launched."""
        return True

    def map_python_to_cpp_type(self, ty: str) -> str:
        """As for launchers in C, of which there are none."""
        return ty

    def get_current_target(self) -> Any:
        """Never asked: no object of this class is made."""
        raise NotImplementedError

    get_active_torch_device = get_benchmarker = get_device_interface = get_current_target

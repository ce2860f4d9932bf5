"""An installed package that offers devices."""

from ..installed import installed

MODULE = '''
from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.cpu import LockstepCPU


class Toy(LockstepCPU):
    """Two of a kind, both on the CPU."""

    def __init__(self, ordinal=0):
        super().__init__()
        if ordinal > 1:
            raise DeviceUnavailable(f"there is no toy:{ordinal}, the machine holds 2")
        self.mode = f"toy number {ordinal}"
'''

ENTRY_POINTS = """
[conformance.devices]
toy = toy_device:Toy
broken = no_such_module:Device
"""


def install(folder):
    """Put the package into a folder, to be found once the folder is on Python's path."""
    return installed(folder, "toy_device", ENTRY_POINTS, MODULE)

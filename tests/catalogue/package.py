"""An installed package that offers devices."""

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
    (folder / "toy_device.py").write_text(MODULE)
    information = folder / "toy_device-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-device\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder

"""The kernels of these tests import `rebel`, which is the emulation here."""

from conformance.rebel_emulation import install

install()

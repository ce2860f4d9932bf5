"""The kernels of these tests import `rebel`, which is the emulation here."""

from conformance.vendors.rebel import install

install()

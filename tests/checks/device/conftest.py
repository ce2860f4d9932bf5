"""The stand-in for a device, for all tests of this folder."""

from .asked import device

__all__ = ["device"]

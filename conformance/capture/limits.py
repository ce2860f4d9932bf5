"""How much is captured, and how much is read."""

from dataclasses import dataclass

from conformance.policy.reading import MIB


@dataclass(frozen=True)
class Limits:
    """Bytes of one tensor, bytes of a folder, and calls of one operator that are kept."""

    tensor_bytes: int = 32 * MIB
    folder_bytes: int = 256 * MIB
    calls: int = 24


FILES = 4096
"""Files of a folder that are read."""
HEADER = MIB
"""Bytes of what a file says beside its tensors."""
FILE = 512 * MIB
"""Bytes of a file that is read."""
MOST_APART = FILE // 8
"""Elements that the memory of a tensor may have, gaps between its rows included; those of a dense
tensor are bounded by its file."""

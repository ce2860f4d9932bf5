"""Values that are known before a kernel runs."""

from __future__ import annotations

from typing import Any

import triton.language as tl


def plain(value: Any) -> Any:
    """The value of a constexpr; anything else as it is."""
    return value.value if isinstance(value, tl.constexpr) else value


def attribute_value(owner: Any) -> Any:
    """``owner.value``. A constexpr argument arrives as its value, which is its own ``value``."""
    return owner.value if hasattr(owner, "value") else owner

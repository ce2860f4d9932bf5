"""Where everything that can be fetched or computed again is kept."""

import os
from pathlib import Path

from platformdirs import user_cache_dir

CACHE_VARIABLE = "CONFORMANCE_CACHE"


def cache_root(cache: Path | None = None) -> Path:
    """``cache``, else the folder that the variable ``CONFORMANCE_CACHE`` names, else the user's."""
    return Path(cache or os.environ.get(CACHE_VARIABLE) or user_cache_dir("conformance"))

"""What these tests need: plugins of pytest that the suite's other tests do without."""

from importlib.util import find_spec

import pytest

NEEDED = {
    "pytest_randomly": "pytest-randomly",
    "pytest_cov": "pytest-cov",
    "pytest_timeout": "pytest-timeout",
    "pytest_rerunfailures": "pytest-rerunfailures",
    "pytest_asyncio": "pytest-asyncio",
    "xdist": "pytest-xdist",
}


def pytest_collection_modifyitems(items):
    lacking = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if lacking:
        mark = pytest.mark.skip(reason=f"not installed: {', '.join(lacking)}; tox -e plugins does")
        for item in items:
            if "/beside/" in item.path.as_posix():
                item.add_marker(mark)

"""The mini engine in a folder of its own, for processes that do not see this checkout."""

import shutil
from pathlib import Path

MINI = Path(__file__).with_name("mini")
TROUBLE = "tests.generation.mini.trouble"


def copied(folder: Path) -> tuple[dict[str, str], Path]:
    """Copies it; the environment in which it is found, and the folder of its files."""
    package = folder / "tests" / "generation"
    shutil.copytree(MINI, package / "mini", ignore=shutil.ignore_patterns("__pycache__"))
    for each in (package, package.parent):
        (each / "__init__.py").touch()
    return {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}, package / "mini"

"""How large files and folders are: what a reader has to hold in mind at once."""

import statistics
from pathlib import Path

from benchmarks.row import Row

FOLDERS = ("conformance", "kernels")
MEDIAN, LONGEST, LARGEST = 90, 250, 20
"""Lines of the median file, lines of any file, Python files in any folder: at most."""


def rows() -> list[Row]:
    """Sizes of the Python files of the suite and of the kernels."""
    root = Path(__file__).parents[1]
    paths = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    lines = {path: len(path.read_text().splitlines()) for path in paths}
    folders: dict[Path, int] = {}
    for path in paths:
        folders[path.parent] = folders.get(path.parent, 0) + 1
    median = statistics.median(lines.values())
    longest = max(lines, key=lines.__getitem__)
    largest = max(folders, key=folders.__getitem__)
    what = f"Python files of {' and '.join(FOLDERS)}"
    return [
        Row(f"{what}, median", f"<= {MEDIAN} lines", f"{median:g} lines", median <= MEDIAN),
        Row(
            f"{what}, longest",
            f"<= {LONGEST} lines",
            f"{lines[longest]} lines, {longest.relative_to(root)}",
            lines[longest] <= LONGEST,
        ),
        Row(
            f"{what}, largest folder",
            f"<= {LARGEST} files",
            f"{folders[largest]} files, {largest.relative_to(root)}",
            folders[largest] <= LARGEST,
        ),
    ]

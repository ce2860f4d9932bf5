"""The operators that the C++ files of a tree register."""

from conformance.sources.registered.cpp.libraries import read_libraries
from conformance.sources.registered.cpp.tokens import Macro, read_tokens
from conformance.sources.registered.found import Found
from conformance.sources.registered.tree import Tree


def read_cpp(tree: Tree, found: Found) -> None:
    """Read all blocks of ``TORCH_LIBRARY``. A file's own macros come before those of others."""
    read = {path: read_tokens(text) for path, text in tree.cpp.items()}
    shared: dict[str, Macro] = {}
    for path in sorted(read):
        if path.endswith((".h", ".hpp", ".cuh", ".inl")):
            shared |= read[path].macros
    for path in sorted(read):
        if "TORCH_LIBRARY" in tree.cpp[path]:
            read_libraries(path, read[path].tokens, {**shared, **read[path].macros}, found)

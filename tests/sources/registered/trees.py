"""Small trees of files, and what is read of them."""

import textwrap

from conformance.schemas.text import schema_text
from conformance.sources.registered.read import lock_of_source


def write(root, **files):
    """Files below a folder, by path with `__` for the slash and `_cpp` or `_h` for their ending."""
    for name, text in files.items():
        path = name.replace("__", "/")
        ending = next((e for e in ("cpp", "h") if path.endswith(f"_{e}")), "py")
        path = path.removesuffix(f"_{ending}")
        place = root / f"{path}.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(textwrap.dedent(text))
    return root


def read(root):
    """The locks by namespace."""
    return {lock.namespace: lock for lock in lock_of_source(root, "tree")}


def schemas(root):
    """The schemas of all operators as texts, sorted; nothing may be unresolved."""
    locks = read(root)
    assert not [text for lock in locks.values() for text in lock.unresolved]
    return sorted(schema_text(o.schema) for lock in locks.values() for o in lock.operators)

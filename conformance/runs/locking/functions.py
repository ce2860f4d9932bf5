"""Plain functions of installed packages as locks, read from their source; nothing is imported."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from conformance.events.loading import UsageError
from conformance.runs.locking.locks import source_root
from conformance.schemas.lock import Lock


def locks_of_functions(names: Iterable[str]) -> list[Lock]:
    """A lock for each package among ``MODULE:NAME`` s, with these functions and the Triton kernels
    of their modules. Raises :class:`UsageError` for what is not there."""
    by_package: dict[str, list[str]] = {}
    for name in names:
        module, colon, function = name.partition(":")
        if not colon or not function.isidentifier() or not module.replace(".", "_").isidentifier():
            raise UsageError(f"{name!r} names no function: write MODULE:NAME")
        by_package.setdefault(module.partition(".")[0], []).append(name)
    return [_locked(package, functions) for package, functions in by_package.items()]


def _locked(package: str, functions: list[str]) -> Lock:
    from conformance.sources.registered.read import lock_of_source

    root = source_root(package)
    with tempfile.TemporaryDirectory(prefix="conformance-source-") as folder:
        # An installed package may lie in a folder of another name.
        place = Path(folder) / (package if root.is_dir() else f"{package}.py")
        if root.is_dir():
            shutil.copytree(root, place, ignore=_all_but_python)
        else:
            shutil.copy(root, place)
        locks = lock_of_source(Path(folder), package, functions)
    lock = next(each for each in locks if each.namespace == package)
    if missing := set(functions) - {each.name for each in lock.functions}:
        raise UsageError(f"{package} has no function {', '.join(sorted(missing))}")
    modules = {name.partition(":")[0] for name in functions}
    kernels = tuple(each for each in lock.kernels if each.name.partition(":")[0] in modules)
    own = tuple(each for each in lock.functions if each.name in functions)
    return replace(lock, operators=(), kernels=kernels, functions=own, switches=(), unresolved=())


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {n for n in names if not n.endswith(".py") and not (Path(folder) / n).is_dir()}

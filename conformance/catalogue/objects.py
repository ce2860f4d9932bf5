"""Objects named by text: ``file.py:name`` and ``package.module:name``."""

import importlib
import importlib.util
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from conformance.catalogue.folders import look_into

FILE_MODULE = "conformance_subject_"
"""How the names of modules begin that were loaded from a file; the rest differs from run to run."""

_SUITE = str(Path(__file__).parents[1])

_STEP = re.compile(r"\.(?P<attribute>\w+)|\[(?P<key>[^\]]+)\]|(?P<call>\(\))")


class SubjectNotFound(LookupError):
    """Nothing of that name: an error of whoever gave it."""


class SubjectBroken(Exception):
    """It is there but cannot be loaded: a failure of the subject. The cause is chained."""


def split(text: str) -> tuple[str, str]:
    """``file.py:name`` or ``module:name`` as (place, name). Raises :class:`SubjectNotFound`."""
    place, colon, name = text.partition(".py:") if ".py:" in text else text.partition(":")
    if not colon or not name:
        raise SubjectNotFound(f"{text!r} names no object: write FILE.py:NAME or MODULE:NAME")
    return (place + ".py" if ".py:" in text else place), name


def check_place(text: str) -> None:
    """Raise :class:`SubjectNotFound` if ``file.py:name`` has no such file. Imports nothing."""
    place, _ = split(text)
    if place.endswith(".py") and not Path(place).is_file():
        raise SubjectNotFound(f"no file {place}")


def load_object(text: str) -> Any:
    """The object that the text names; ``.attribute``, ``[key]`` and ``()`` may follow the name.

    Keys are tried as text, then as a number. Raises :class:`SubjectNotFound` if a file, module or
    name does not exist and :class:`SubjectBroken` if importing or calling raises.
    """
    check_place(text)
    place, name = split(text)
    try:
        module = _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    except SubjectNotFound:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise SubjectBroken(f"{place} cannot be imported: {_say(error)}") from error
    return _follow(module, place, name)


def _say(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error}"  # which says where itself
    line = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        # A mistake in a contract is found by the suite, but made where the contract is written.
        if not line or not file.startswith(("<", _SUITE)):
            line = f" (line {trace.tb_lineno} of {file})"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{line}"


_once: dict[Path, Any] = {}
"""Files that must not run a second time in this process, with their modules."""


def run_no_more(path: Path, module: Any) -> None:
    """Let ``FILE.py:NAME`` of this file mean a name of ``module`` from now on.

    For files that register operators: to run them again would register them a second time.
    """
    _once[path.resolve()] = module


def _load_file(path: Path) -> Any:
    if (module := _once.get(path.resolve())) is not None:
        return module
    look_into(path.resolve().parent)
    name = f"{FILE_MODULE}{path.stem}_{abs(hash(path.resolve())):x}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SubjectNotFound(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _load_module(name: str) -> Any:
    with suppress(OSError):  # the current directory may be gone
        look_into(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise SubjectNotFound(f"no module {error.name}") from error
        raise


def _follow(module: Any, place: str, name: str) -> Any:
    first = re.match(r"\w+", name)
    if not first or not hasattr(module, first[0]):
        raise SubjectNotFound(f"{place} has no {name!r}")
    value, rest = getattr(module, first[0]), name[first.end() :]
    while rest:
        step = _STEP.match(rest)
        if not step:
            raise SubjectNotFound(f"cannot read {rest!r} in {name!r}")
        rest = rest[step.end() :]
        try:
            value = _step(value, step)
        except Exception as error:
            missing = not step["call"] and isinstance(
                error, AttributeError | LookupError | TypeError
            )
            if missing:
                raise SubjectNotFound(f"{place}: no {step[0]} in {name!r}") from error
            raise SubjectBroken(f"{name} of {place}: {_say(error)}") from error
    return value


def _step(value: Any, step: re.Match[str]) -> Any:
    if step["attribute"]:
        return getattr(value, step["attribute"])
    if step["call"]:
        return value()
    key = step["key"].strip("'\"")
    try:
        return value[key]
    except (KeyError, TypeError):
        if key.lstrip("-").isdigit():
            return value[int(key)]
        raise

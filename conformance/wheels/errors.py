"""Why a released function cannot be had."""

from collections.abc import Sequence


class ReleaseError(Exception):
    """A released function cannot be had."""


class CacheUnusable(ReleaseError):
    """A file of the cache can be neither read nor written; says nothing of any release."""

    def __init__(self, place: str, error: OSError) -> None:
        reason = error.strerror or str(error) or type(error).__name__
        super().__init__(f"the cache cannot be used: {place}: {reason}")


class WheelRefused(ReleaseError):
    """A wheel is damaged, or holds what no wheel should; nobody has run anything of it.

    ``damaged`` says that fetching it again may help.
    """

    def __init__(self, wheel: str, why: str, damaged: bool = False) -> None:
        super().__init__(f"the wheel {wheel} is refused: {why}")
        self.damaged = damaged


class ReleaseUnavailable(ReleaseError):
    """The release may exist but cannot be had here and now.

    There is no network and nothing cached, the package index or the cache is in trouble, or what
    was fetched is no usable wheel.

    `reason` is one line for reports.
    """

    def __init__(self, distribution: str, version: str, reason: str) -> None:
        super().__init__(f"{distribution} {version} is unavailable: {reason}")
        self.distribution, self.version, self.reason = distribution, version, reason


class ReleaseNotFound(ReleaseError):
    """The package index has no wheel of this distribution in this version.

    `nearest` holds the published versions next to the wanted one, ascending; it is empty if there
    is no wheel of this distribution at all.
    """

    def __init__(self, distribution: str, version: str, nearest: Sequence[str] = ()) -> None:
        hint = f"nearest versions: {', '.join(nearest)}" if nearest else "no version has a wheel"
        super().__init__(f"there is no wheel of {distribution} {version}; {hint}")
        self.distribution, self.version, self.nearest = distribution, version, tuple(nearest)


class FileNotInRelease(ReleaseError):
    """The wheel has no such file."""

    def __init__(self, distribution: str, version: str, file: str) -> None:
        super().__init__(f"the wheel of {distribution} {version} has no file {file}")
        self.distribution, self.version, self.file = distribution, version, file


class ExtractionError(ReleaseError):
    """A function cannot be taken out of its module."""


class CircularModules(ExtractionError):
    """Modules need one another while they are loaded, in an order that only importing knows."""

    def __init__(self, circle: Sequence[str]) -> None:
        super().__init__(f"modules need one another while they are loaded: {' -> '.join(circle)}")
        self.circle = tuple(circle)


class FunctionNotFound(ExtractionError):
    """The module defines nothing of this name at its top level, or no function."""

    def __init__(self, source: str, name: str, similar: Sequence[str] = ()) -> None:
        hint = f"; similar: {', '.join(similar)}" if similar else ""
        super().__init__(f"{source} defines no function {name}{hint}")
        self.source, self.name, self.similar = source, name, tuple(similar)


class OutsideDependency(ExtractionError):
    """The function needs something that is neither in its module nor allowed to be imported.

    `name` is the name as the module uses it, `line` the line that needs or imports it.
    """

    def __init__(self, source: str, name: str, line: int, why: str) -> None:
        super().__init__(f"{source}:{line}: {name} is needed, but {why}")
        self.source, self.name, self.line, self.why = source, name, line, why

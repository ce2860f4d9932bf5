"""What tests of one's own raise and warn of; both are names of the package ``conformance``."""


class Nonconformant(AssertionError):
    """A check, or a run, that fails.

    ``brief`` is one line that says what is wrong, ``text`` the report, ``place`` the file and the
    line of a kernel, if they are known.
    """

    def __init__(self, brief: str, text: str, place: tuple[str, int] | None = None) -> None:
        super().__init__(f"{brief}\n{text}" if text else brief)
        self.brief = brief
        self.text = text
        self.place = place


class ConformanceWarning(UserWarning):
    """A check of severity ``warn`` fails, or something went wrong beside the subject."""


# What tracebacks and filters of warnings call them.
Nonconformant.__module__ = ConformanceWarning.__module__ = "conformance"

"""Who a subject is, as far as waivers are concerned."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class SubjectName:
    """A subject by what was loaded, so that no file can pass for a package.

    ``asked`` is the text that named it. ``package`` and ``version`` are those of a release, or of
    an installed package; both are empty for any other subject. ``own`` says that an operator or an
    entry point brings it under this name; anything else is ``FILE.py:NAME``, ``MODULE:NAME``,
    ``NAMESPACE::OPERATOR``, or a callable.
    """

    asked: str
    package: str = ""
    version: str = ""
    own: bool = False

    @classmethod
    def of(cls, text: str) -> "SubjectName":
        """The subject that a text names which a user wrote."""
        if ":" in text or text.startswith("<"):
            return cls(text)
        package, equals, version = text.partition("==")
        return cls(text, package, version) if equals else cls(text, text, own=True)

    def matches(self, pattern: str) -> bool:
        """Whether a pattern with shell wildcards speaks of it.

        ``PACKAGE==VERSION`` speaks of releases and installed packages only, ``NAME`` of packages in
        any version and of what operators bring, a pattern with a colon (``*.py:route``) of
        everything else, ``*`` of all.
        """
        if pattern == "*":
            return True
        if ":" in pattern or pattern.startswith("<"):
            return not (self.package or self.own) and fnmatchcase(self.asked, pattern)
        if "==" in pattern:
            return bool(self.package) and fnmatchcase(f"{self.package}=={self.version}", pattern)
        return (bool(self.package) and fnmatchcase(self.package, pattern)) or (
            self.own and fnmatchcase(self.asked, pattern)
        )

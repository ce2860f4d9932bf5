"""What is special about the registrations of a package: data that the package's entry point gives.

An entry point of the group ``conformance.registrations`` names a `Recipe`. A package without one is
imported as it is: its top module, and each of its modules whose text registers something.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from packaging.utils import canonicalize_name

from conformance.catalogue.objects import load_object

GROUP = "conformance.registrations"


@dataclass(frozen=True)
class Recipe:
    """How the registrations of a package come about where it is not installed as it should be.

    ``package`` is the name by which users call it, ``distributions`` what the package index calls
    it, in the order to try. ``modules`` are imported first, whatever their text says.
    ``replacements`` maps full names of what absent modules hold to ``MODULE:NAME``, which is used
    in its place. ``versions`` are those of absent distributions that modules ask for.

    Functions and objects are named as ``MODULE:NAME``. ``prepare()`` is called before anything is
    imported; it returns how the package is executed then, empty if as its author meant.
    ``libraries(version)`` gives the paths, within the wheel of a release, of shared libraries to
    load before any module.
    ``device()`` is the device on which kernels are executed then, if not as their author meant.
    ``examples`` is a dictionary from names of operators to calls: arguments, or a function that
    makes an :class:`~conformance.registrations.calls.example.Example`.
    ``begin(version)`` is called after that, when modules of the release can be imported.
    """

    package: str
    distributions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    replacements: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    prepare: str = ""
    libraries: str = ""
    begin: str = ""
    device: str = ""
    examples: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The distributions to try."""
        return self.distributions or (self.package,)

    def prepared(self) -> str:
        """Call `prepare`; how the package is executed then."""
        return str(load_object(self.prepare)() or "") if self.prepare else ""


def recipe_of(package: str) -> Recipe:
    """The recipe of a package that is called by one of its names; one without content if none."""
    wanted = canonicalize_name(package)
    for point in entry_points(group=GROUP):
        recipe: Recipe = point.load()
        if wanted in map(canonicalize_name, (recipe.package, *recipe.names)):
            return recipe
    return Recipe(package)

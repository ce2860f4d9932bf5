"""What a release promises, told by its operator: nothing of the release is imported for it."""

from collections.abc import Mapping

from conformance.catalogue.objects import load_object
from conformance.contract import Operator, Promise
from conformance.subjects.names import installed_version, release_named


def promised(operator: Operator, name: str, settings: Mapping[str, str] | None = None) -> Promise:
    """What the subject of that name promises; everything, unless it is a release that says less.

    ``settings`` is what a user said of it.
    """
    release = release_named(operator, name)
    if name in operator.subjects or release is None or release.promise is None:
        return Promise()
    version = name.partition("==")[2] or installed_version(release)
    more = (dict(settings or {}),) if operator.settings else ()
    promise: Promise = load_object(release.promise)(operator.contract.name, version, *more)
    return promise

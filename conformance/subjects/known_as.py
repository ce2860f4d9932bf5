"""Who a subject is for waivers, as far as its name and what is installed decide."""

from importlib.metadata import entry_points

from conformance.contract import Operator
from conformance.policy.subject_name import SubjectName
from conformance.subjects.names import GROUP, installed_version, release_named


def known_as(operator: Operator, name: str) -> SubjectName:
    """The subject that a text names. Nothing of the subject is imported."""
    if name in operator.subjects:
        return SubjectName(name, own=True)
    if release := release_named(operator, name):
        version = name.partition("==")[2] or installed_version(release)
        return SubjectName(name, release.package, version)
    if "::" not in name and entry_points(group=GROUP, name=name):
        return SubjectName(name, own=True)
    return SubjectName(name)

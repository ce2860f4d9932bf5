"""A rule in the words of a person, with the evidence for it."""

from collections.abc import Sequence

from conformance.reports.clusters.atoms import VALUES, Atom, Relation
from conformance.reports.clusters.features import CHECK, LAYOUTS, Features
from conformance.reports.clusters.search import Rule
from conformance.reports.described.words import either


def condition_text(
    rule: Rule, failing: Sequence[Features], passing: Sequence[Features], checks: Sequence[str]
) -> str:
    """When a fault shows: ``whenever T >= 129 (129 fails, 128 passes)``.

    ``checks`` are those that see it. A limit is only stated with the sizes next to it that were
    asked. A rule that also holds for cases that pass says in how many of such cases it shows.
    """
    if not any(case.empty for case in failing):
        passing = [case for case in passing if not case.empty]
    if not rule.atoms or (not rule.perfect and _nearly_all(failing, passing)):
        return _without(failing, passing, checks)
    order = sorted(rule.atoms, key=lambda atom: (atom.of_number, atom.feature == CHECK))
    parts = []
    for atom in order:
        rest = [other for other in rule.atoms if other is not atom]
        beside = [case for case in passing if all(other.holds(case) for other in rest)]
        parts.append(_clause(atom) + _evidence(atom, failing, beside))
    text = f"{_opening(order[0])}{' and '.join(parts)}"
    if rule.perfect:
        return text
    return f"{text}: in {len(failing)} of {len(failing) + rule.also} such cases"


def _nearly_all(failing: Sequence[Features], passing: Sequence[Features]) -> bool:
    return len(failing) >= 9 * len(passing)


def _without(
    failing: Sequence[Features], passing: Sequence[Features], checks: Sequence[str]
) -> str:
    count, total = len(failing), len(failing) + len(passing)
    if passing and _nearly_all(failing, passing):
        return f"in nearly every case ({count} of {total})"
    if passing:
        what = "too few to say when" if count < 3 else "no condition tells them from the others"
        return f"in {count} of {total} cases; {what}"
    if total == 1:
        return "in the only case that was asked"
    where = f" that {' and '.join(checks)} {'asks' if len(checks) == 1 else 'ask'}"
    return f"in every case{where if len(checks) <= 2 else ''} ({total} were asked)"


def _opening(atom: Atom) -> str:
    if atom.feature == LAYOUTS or atom.feature == CHECK:
        return "only in "
    if atom.feature.endswith((" dtype", VALUES)) and atom.relation is not Relation.NOT:
        return "only with "
    return "whenever "


def _clause(atom: Atom) -> str:
    name, first = atom.feature, atom.values[0]
    match atom.relation:
        case Relation.MOST if first == 0:
            return f"{name} is 0"
        case Relation.LEAST | Relation.MOST:
            return f"{name} {atom.relation} {_number(first)}"
        case Relation.IS:
            return f"{name} is {_number(first)}"
        case Relation.NO_POWER:
            return f"{name} is no power of two"
        case Relation.NO_MULTIPLE | Relation.MULTIPLE if first == 2:
            return f"{name} is {'odd' if atom.relation is Relation.NO_MULTIPLE else 'even'}"
        case Relation.NO_MULTIPLE | Relation.MULTIPLE:
            return f"{name} is {atom.relation} {_number(first)}"
    return _of_words(atom)


def _of_words(atom: Atom) -> str:
    words = [str(value) for value in atom.values]
    name, what = atom.feature, either(words)
    is_not = atom.relation is Relation.NOT
    if atom.relation is Relation.HAS:
        return f"{name.removesuffix(VALUES)} of patterns with {what}"
    if name == CHECK:
        return f"the cases of {what}" if not is_not else f"other checks than {what}"
    if name == LAYOUTS:
        return "non-contiguous layouts" if (words != ["dense"]) != is_not else "dense layouts"
    if " = " in name:
        return name if (words == ["yes"]) != is_not else name.replace(" = ", " is not ")
    tensor, _, kind = name.rpartition(" ")
    if kind in ("dtype", "values", "layout") and words == ["none"]:
        return f"{tensor} is {'' if is_not else 'not '}given"
    if kind == "dtype":
        return f"{tensor} other than {what}" if is_not else f"{tensor} {what}"
    if kind == "values":
        return f"{tensor} other than {what}" if is_not else f"{tensor} of {what}"
    if kind == "layout":
        return f"{tensor} is {'not ' if is_not else ''}{what}"
    return f"{name} is {'not ' if is_not else ''}{what}"


def _evidence(atom: Atom, failing: Sequence[Features], passing: Sequence[Features]) -> str:
    """The two sizes nearest to each other of which one fails and the other one passes."""
    if not atom.of_number or atom.relation is Relation.IS:
        return ""
    fail = {case.numbers[atom.feature] for case in failing if atom.feature in case.numbers}
    fine = {case.numbers[atom.feature] for case in passing if atom.feature in case.numbers}
    fine = {value for value in fine if not atom.holds(Features({atom.feature: value}))}
    if not fail or not fine:
        return ""
    wrong, right = min(
        ((a, b) for a in fail for b in fine), key=lambda pair: (abs(pair[0] - pair[1]), pair[0])
    )
    return f" ({_number(wrong)} fails, {_number(right)} passes)"


def _number(value: float | str) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)

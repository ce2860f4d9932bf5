"""Each rule of the diff is shown by a pair of locks, and not by another one that is like it."""

import ast
from pathlib import Path

import pytest

import conformance.schemas.diff as diff_package
from conformance.schemas.diff.change import Severity
from conformance.schemas.diff.diff import diff
from conformance.schemas.diff.examples import locks_of
from conformance.schemas.diff.rule import Rule, rules

RULES = list(rules().values())
by_id = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
BESIDE = {"memory-relettered": {"optional-argument-added-before-keywords"}}
"""Changes that an example cannot do without: letters only shift if something else changes."""


@by_id
def test_its_example_shows_it_and_nothing_else(rule: Rule):
    found = {change.rule for change in diff(*locks_of(rule.example))}
    assert found - BESIDE.get(rule.id, set()) == {rule.id}


@by_id
def test_a_pair_like_it_does_not_show_it(rule: Rule):
    assert rule.unlike != rule.example
    assert rule.id not in {change.rule for change in diff(*locks_of(rule.unlike))}


@by_id
def test_it_says_whom_it_breaks_and_what_to_do(rule: Rule):
    for text in (rule.changed, rule.breaks, rule.why, rule.do):
        assert text[0].isupper() or text.startswith(("torch", "needs")), text
        assert text.endswith("."), text
    if rule.severity is Severity.BREAKING:
        assert not rule.breaks.startswith("Nobody")


def test_every_rule_that_the_diff_names_is_a_file_and_every_file_is_named():
    named: set[str] = set()
    for rule in RULES:
        named |= {change.rule for change in diff(*locks_of(rule.example))}
    assert named == set(rules())
    for word in _words():
        if word.count("-") and word.split("-")[0] in {each.split("-")[0] for each in rules()}:
            assert word in rules() or any(each.startswith(word) for each in rules()), word


def _words() -> set[str]:
    """Texts in the code of the diff that are written like ids."""
    found = set()
    for file in Path(str(diff_package.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and value.replace("-", "").isalpha() and value.islower():
                found.add(value)
    return found


def test_a_lock_does_not_differ_from_itself():
    for rule in RULES:
        for lock in (*locks_of(rule.example), *locks_of(rule.unlike)):
            assert diff(lock, lock) == []

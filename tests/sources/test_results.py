"""What functions give back, and what the names of an unpacked call are therefore."""

import ast

from conformance.sources.calls.constructions import read_constructions
from conformance.sources.paths.results import items_of_results, returned_values
from conformance.sources.values.canonical import canonical_text

from .package import sources

TEXT = """
class Runner:
    def one(self, rows, flag):
        ids = pad(rows)
        if flag:
            ids = flat(ids)
        unused = [row for row in rows]
        return rows, ids

    def whole(self, rows):
        return pad(rows)

    def nothing(self, rows):
        if rows:
            return
        return None

    def build(self, rows):
        first, ids = self.one(rows, True)
        a, b = self.whole(rows)
        c, d = elsewhere(rows)
        make(first, ids, a, c)
"""


def runner(tmp_path):
    return sources(tmp_path, runner=TEXT).files[0]


def test_a_function_gives_back_something_on_every_way(tmp_path):
    source = runner(tmp_path)
    results = {
        name: sorted(map(canonical_text, returned_values(source, source.methods[name][0])))
        for name in ("one", "whole", "nothing")
    }
    assert results == {
        "one": ["[rows, flat(pad(rows))]", "[rows, pad(rows)]"],
        "whole": ["pad(rows)"],
        "nothing": ["None", "None"],
    }


def test_unpacked_names_are_what_the_method_returns(tmp_path):
    sites, unresolved = read_constructions(
        runner(tmp_path), lambda call: ast.unparse(call.func) == "make"
    )
    (site,), parts = sites, []
    for argument in site.arguments:
        parts.append(sorted(canonical_text(part) for part in items_of_results(argument.value)))
    assert not unresolved
    assert parts == [
        ["rows", "rows"],
        ["flat(pad(rows))", "pad(rows)"],
        ["<self.whole(rows)[0]>"],  # no tuple of known items
        ["elsewhere(rows)[0]"],  # no method of this file
    ]

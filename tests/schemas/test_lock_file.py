"""A lock is written so that people can review it; damage to it is told with its place."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.schemas.lock import Lock
from conformance.schemas.lock_file import MOST_BYTES, read_lock, read_locks, write_lock
from conformance.schemas.lock_reading import LockDamaged, parse_lock
from conformance.schemas.lock_text import lock_data, lock_text
from tests.schemas.locks import EVERYTHING, operator

SHIPPED = json.loads(files("conformance.schemas").joinpath("lock.schema.json").read_text())


def test_a_lock_that_is_read_is_the_one_that_was_written(tmp_path: Path):
    path = tmp_path / "locks" / "ns.json"
    assert write_lock(path, EVERYTHING) is True
    assert read_lock(path) == EVERYTHING
    assert write_lock(path, EVERYTHING) is False


def test_the_text_is_valid_by_the_schema_that_is_shipped():
    jsonschema.Draft202012Validator.check_schema(SHIPPED)
    jsonschema.validate(lock_data(EVERYTHING), SHIPPED)


def test_a_reviewer_sees_one_line_for_each_fact():
    shown = lock_text(EVERYTHING).splitlines()
    schema = "ns::topk.out(Tensor gating, int k, *, Tensor(a!) out) -> (Tensor(a!), Tensor ids)"
    assert f'   "schema": "{schema}",' in shown
    assert '   "keys": ["CPU", "CUDA"],' in shown
    assert '  "NS_USE_KERNEL": "0",' in shown


def test_the_order_of_what_is_locked_makes_no_other_text():
    other = Lock(
        "ns",
        EVERYTHING.operators[::-1],
        EVERYTHING.kernels,
        EVERYTHING.functions[::-1],
        EVERYTHING.switches[::-1],
    )
    assert lock_text(other) == lock_text(EVERYTHING)


def test_two_different_entries_of_one_name_are_refused():
    twice = (operator("ns::op(int x) -> int"), operator("ns::op(int y) -> int"))
    with pytest.raises(ValueError, match="ns::op: a lock holds each name once"):
        lock_text(Lock("ns", twice))


def damaged(change: Any) -> str:
    data = lock_data(EVERYTHING)
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "line 1, column 2"),
        ("[]", "an object expected"),
        ('{"lock": 1}', "'namespace' is missing"),
        ('{"lock": 2, "namespace": "ns"}', "lock: this release reads form 1, not 2"),
        ('{"lock": true, "namespace": "ns"}', "lock: a whole number expected"),
        ('{"lock": 1, "namespace": "a", "namespace": "b"}', "'namespace' stands twice"),
        ('{"lock": 1, "namespace": "ns", "operators": []}', "operators: an object expected"),
        ('{"lock": 1, "namespace": "ns", "operator": {}}', "'operator' is no key of a lock here"),
        (
            '{"lock": 1, "namespace": "n", "operators": {"ns::a": {"schema": "ns::a(int) -> ()"}}}',
            'operators."ns::a": character 10: the name of an argument expected',
        ),
        (
            '{"lock": 1, "namespace": "ns", "operators": {"ns::a": {"schema": "ns::b() -> ()"}}}',
            'operators."ns::a": the schema is that of ns::b',
        ),
        ('{"lock": 1, "namespace": "ns", "switches": {"A": 1}}', "switches.A: a text or null"),
        (
            '{"lock": 1, "namespace": "ns", "functions": {"f": {"parameters": ["1x"]}}}',
            "functions.f: no parameter: '1x'",
        ),
        (
            '{"lock": 1, "namespace": "ns", "kernels": {"f": {"parameters": [1]}}}',
            "kernels.f.parameters[0]: a text expected",
        ),
        ("[" * 100000, "it nests too deeply"),
    ],
)
def test_damage_is_told_with_its_place(text: str, complaint: str):
    with pytest.raises(LockDamaged) as raised:
        parse_lock(text)
    assert complaint in str(raised.value)


def test_a_damaged_file_is_named(tmp_path: Path):
    path = tmp_path / "ns.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"ns\.json: 'lock' is missing"):
        read_lock(path)


def test_a_file_without_end_is_not_read_to_its_end():
    with pytest.raises(ValueError, match=f"more than {MOST_BYTES} bytes"):
        read_lock(Path("/dev/zero"))


def test_a_folder_holds_a_lock_for_each_namespace(tmp_path: Path):
    with pytest.raises(ValueError, match="there is no lock"):
        read_locks(tmp_path)
    for name in ("b", "a"):
        write_lock(tmp_path / f"{name}.json", Lock(name))
    assert [lock.namespace for lock in read_locks(tmp_path)] == ["a", "b"]


def test_what_is_no_lock_is_replaced_and_what_cannot_be_written_leaves_the_old_one(tmp_path: Path):
    path = tmp_path / "ns.json"
    path.write_bytes(b"\xff")
    assert write_lock(path, EVERYTHING) is True
    with pytest.raises(ValueError, match="each name once"):
        write_lock(path, Lock("ns", (operator("ns::a(int x) -> ()"), operator("ns::a() -> ()"))))
    assert read_lock(path) == EVERYTHING


def test_every_lock_of_this_repository_is_valid_and_written_as_it_would_be_written():
    kept = sorted((Path(__file__).parents[2] / "fixtures" / "locks").glob("*.json"))
    assert [path.stem for path in kept] == ["conformance_kernels", "rbln_triton_ops"]
    for path in kept:
        jsonschema.validate(json.loads(path.read_text()), SHIPPED)
        assert lock_text(read_lock(path)) == path.read_text()

"""A contract names functions by text; their modules are imported at the first call."""

import pickle
import sys

import pytest

from conformance.contract import imported


def test_a_module_is_imported_at_the_first_call_and_not_before(tmp_path, monkeypatch):
    (tmp_path / "named_by_text.py").write_text("def add(a, *, b):\n    return a + b\n")
    monkeypatch.syspath_prepend(tmp_path)
    add = imported("named_by_text:add")
    assert "named_by_text" not in sys.modules
    assert add(1, b=2) == 3
    assert sys.modules.pop("named_by_text")
    assert add(2, b=2) == 4, "the function is kept"


def test_the_same_text_is_the_same_function():
    assert imported("math:sqrt") == imported("math:sqrt")
    assert imported("math:sqrt") != imported("math:exp")
    assert hash(imported("math:sqrt")) == hash(imported("math:sqrt"))
    assert pickle.loads(pickle.dumps(imported("math:sqrt")))(4) == 2


def test_a_text_of_another_form_is_refused_at_once():
    for text in ("math", "math:", ":sqrt"):
        with pytest.raises(ValueError, match="MODULE:NAME"):
            imported(text)


def test_what_does_not_exist_is_told_at_the_call():
    with pytest.raises(ModuleNotFoundError):
        imported("no_such_module:sqrt")()
    with pytest.raises(AttributeError):
        imported("math:no_such_function")()

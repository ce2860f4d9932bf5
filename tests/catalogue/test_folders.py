"""Modules beside a user's file are found, and stand for nothing that the suite or Python needs."""

import subprocess
import sys

import pytest

SUBJECT = """
import helper
import random, json, torch
def f(): return helper.VALUE, random.__file__, json.__file__, torch.__file__
"""


def loaded(folder, *more):
    """What the function of a file in this folder answers, in a process of its own."""
    (folder / "subject.py").write_text(SUBJECT)
    (folder / "helper.py").write_text("VALUE = 'beside'\n")
    for name in more:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('not the one that was meant')\n")
    code = (
        "from conformance.catalogue.objects import load_object\n"
        f"print(*load_object({str(folder / 'subject.py')!r} + ':f')())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=folder
    )
    return done.stdout.split() or [done.stderr]


def test_a_module_beside_the_file_is_found(tmp_path):
    assert loaded(tmp_path)[0] == "beside"


@pytest.mark.parametrize(
    "name", ["random.py", "json.py", "torch.py", "conformance/__init__.py", "typing.py", "numpy.py"]
)
def test_a_module_of_a_name_that_is_taken_is_not(tmp_path, name):
    found = loaded(tmp_path, name)
    assert found[0] == "beside"
    assert not any(place.startswith(str(tmp_path)) for place in found[1:])


def test_a_module_beside_the_file_goes_before_one_that_is_installed(tmp_path):
    (tmp_path / "yaml.py").write_text("HERE = 'beside'\n")
    (tmp_path / "subject.py").write_text("from yaml import HERE\n")
    code = (
        "from conformance.catalogue.objects import load_object\n"
        f"print(load_object({str(tmp_path / 'subject.py')!r} + ':HERE'))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stdout == "beside\n"

"""The JSON Schema says of a configuration what the reader says."""

import json
import tomllib
from importlib.resources import files

import jsonschema
import pytest

from conformance.policy.configuration import ConfigurationError, read_file
from conformance.policy.configuration.json_schema import json_schema

TEXTS = [
    ("", True),
    ('profile = "quick"', True),
    ("profile = 3", False),
    ('profil = "quick"', False),
    ('skip = ["a"]', True),
    ("skip = []", False),
    ('skip = [" "]', False),
    ('[severity]\nties = "off"', True),
    ('[severity]\nties = "loud"', False),
    ("[limits]\ncall-seconds = 0.5", True),
    ("[limits]\ncall-seconds = 0", False),
    ("[limits]\nseconds = 1", False),
    ("store = false", True),
    ("store = true", False),
    ("jobs = 0", False),
    ('[operators.x]\ncontract = "a.py:A"\nsubjects = ["a.py:b"]', True),
    ("[operators.x]\njobs = 2", False),
    ("operators = 3", False),
]


@pytest.mark.parametrize(("text", "right"), TEXTS)
def test_the_schema_and_the_reader_agree(text, right, tmp_path):
    path = tmp_path / "conformance.toml"
    path.write_text(text)
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(tomllib.loads(text)) is right
    if right:
        read_file(path)
    else:
        with pytest.raises(ConfigurationError):
            read_file(path)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_schema_that_is_shipped_is_the_one_that_is_made():
    shipped = files("conformance_fixtures").joinpath("conformance.schema.json")
    assert json.loads(shipped.read_text(encoding="utf-8")) == json_schema()

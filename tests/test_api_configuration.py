"""Python asks what the project configures, unless the caller says otherwise."""

import pytest

import conformance
from conformance.events.events import RunStarted
from conformance.events.loading import UsageError
from conformance.policy.configuration import Configuration, ConfigurationError

from .cli.test_configuration import CONFIGURATION, NORM


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "twice.py").write_text(NORM)
    (tmp_path / "conformance.toml").write_text(CONFIGURATION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def profile(report):
    return next(event.profile for event in report.events if isinstance(event, RunStarted))


def test_a_configured_name_stands_for_its_contract_and_its_subject(project):
    report = conformance.check("twice", severity={"arguments": "warn"})
    assert report.ready.subject == "twice.py:careless"
    assert [check.check for check in report.checks] == ["load", "values", "arguments"]
    assert (report.conformant, report.warned, profile(report)) == (True, ("arguments",), "quick")


def test_what_the_caller_says_counts_more(project):
    report = conformance.check("twice", "twice.py:wrong", checks="values", profile="gate")
    assert not report.conformant and profile(report) == "gate"
    assert conformance.check("twice", skip="arguments").conformant


def test_a_callable_is_asked_as_the_project_says_of_all(project):
    report = conformance.check("silu_and_mul", lambda x: x, checks="values")
    assert profile(report) == "quick"


def test_no_configuration_is_read_if_the_caller_gives_one(project):
    with pytest.raises(UsageError, match="no operator 'twice'"):
        conformance.check("twice", configuration=Configuration())
    (project / "broken.toml").write_text('profil = "quick"')
    with pytest.raises(ConfigurationError, match="did you mean profile"):
        conformance.check("twice", configuration=project / "broken.toml")


def test_several_configured_subjects_have_to_be_named(project):
    both = CONFIGURATION.replace('"twice.py:careless"', '"twice.py:right", "twice.py:wrong"')
    (project / "conformance.toml").write_text(both)
    with pytest.raises(UsageError, match="has several subjects"):
        conformance.check("twice")


def test_a_severity_that_is_none_is_told(project):
    with pytest.raises(ValueError, match="loud"):
        conformance.check("twice", severity={"values": "loud"})

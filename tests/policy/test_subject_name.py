"""A waiver for a package covers the package, and nothing that is called like it."""

import re

import pytest

from conformance.policy.subject_name import SubjectName
from conformance.policy.waivers import load_waivers

RELEASE = SubjectName("vllm==0.32.0", "vllm", "0.32.0")
INSTALLED = SubjectName("vllm", "vllm", "0.31.0")
OTHER = SubjectName("vllm-rbln==0.12.0", "vllm-rbln", "0.12.0")
OWN = SubjectName("vllm", own=True)
OWN_RELEASE = SubjectName("vllm==0.32.0", own=True)
FILE = SubjectName("vllm_mine.py:route")
FILE_OF_THAT_NAME = SubjectName("./vllm==0.32.0.py:route")
MODULE = SubjectName("vllm:route")
FOLDER = SubjectName("vllm==0.32.0/route.py:f")
CALLABLE = SubjectName("<vllm>")
NOT_PACKAGES = [OWN, OWN_RELEASE, FILE, FILE_OF_THAT_NAME, MODULE, FOLDER, CALLABLE]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("vllm==0.32.0", [RELEASE]),
        ("vllm==0.3*", [RELEASE, INSTALLED]),
        ("vllm==*", [RELEASE, INSTALLED]),
        ("vllm*==*", [RELEASE, INSTALLED, OTHER]),
        ("vllm", [RELEASE, INSTALLED, OWN]),
        ("vllm*", [RELEASE, INSTALLED, OTHER, OWN, OWN_RELEASE]),
        ("*vllm*:*", [FILE, FILE_OF_THAT_NAME, MODULE, FOLDER]),
        ("vllm_mine.py:*", [FILE]),
        ("<*>", [CALLABLE]),
        ("*", [RELEASE, INSTALLED, OTHER, *NOT_PACKAGES]),
    ],
)
def test_what_a_pattern_speaks_of(pattern, matched):
    everybody = [RELEASE, INSTALLED, OTHER, *NOT_PACKAGES]
    assert [name for name in everybody if name.matches(pattern)] == matched


@pytest.mark.parametrize("text", ["vllm==0.32.0", "vllm", "vllm_mine.py:route", "<vllm>"])
def test_a_text_of_a_user_s_means_what_it_looks_like(text):
    name = SubjectName.of(text)
    assert name.asked == text
    assert name.matches("vllm") is (text in ("vllm==0.32.0", "vllm"))


@pytest.mark.parametrize("name", NOT_PACKAGES)
def test_the_waivers_of_the_suite_speak_of_packages_only(name):
    def concerned(name):
        call = ("gemma4_routing", name, "arguments", "cpu")
        return [waiver for waiver in load_waivers() if waiver.concerns(*call)]

    assert concerned(RELEASE) and concerned(INSTALLED)
    assert not concerned(name) and not concerned(OTHER)


@pytest.mark.parametrize(
    "version", ["0.34.0", "0.19.1", "0.31.1", "0.32.0+mine", "0.32.0rc1", "0.32", "0.32.0.1", ""]
)
def test_the_waivers_of_the_suite_speak_of_the_releases_that_they_name_only(version):
    for asked in (f"vllm=={version}", "vllm"):
        name = SubjectName(asked, "vllm", version)
        call = ("gemma4_routing", name, "arguments", "cpu")
        assert not any(waiver.concerns(*call) for waiver in load_waivers())


def test_every_subject_of_the_waivers_of_the_suite_is_one_release():
    for waiver in load_waivers():
        assert not isinstance(waiver.subject, str) and waiver.subject
        for subject in waiver.subject:
            assert re.fullmatch(r"[a-z-]+==[0-9.]+", subject)

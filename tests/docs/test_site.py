"""The site is built without a network, and nothing is fetched when it is read."""

import dataclasses
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conformance.checks.listing import every_listed
from conformance.policy.configuration.keys import CHOICES, LIMITS, OPERATOR, PROJECT

from .pages import ROOT, pages

FETCHING = {
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"),
    "link": ("href",), "object": ("data",), "script": ("src",), "source": ("src", "srcset"),
    "video": ("src", "poster"),
}  # fmt: skip
"""Elements that make a browser fetch something, with the attributes that say what."""


class Fetched(HTMLParser):
    """What a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("canonical", "next", "prev"):
            return
        self.found += [given[name] or "" for name in FETCHING.get(tag, ()) if name in given]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    target = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "no_proxy": "*"}
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        environment[variable] = "http://127.0.0.1:9"  # nobody is there: nothing can be fetched
    done = subprocess.run(
        [*(sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"),
         *("--config-file", str(ROOT / "mkdocs.yml"), "--site-dir", str(target))],
        cwd=target, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    return target


def text_of(page: Path) -> str:
    return re.sub(r"<[^>]+>", "", page.read_text())


def test_every_page_is_built_and_in_the_navigation(site):
    index = (site / "index.html").read_text()
    for name in pages():
        if name != "README.md":
            built = name.replace(".md", ".html")
            assert (site / built).is_file(), name
            assert f'href="{built}"' in index or name == "index.md", name


def test_pages_fetch_nothing_from_elsewhere(site):
    found = 0
    for page in site.rglob("*.html"):
        fetched = Fetched()
        fetched.feed(page.read_text())
        found += len(fetched.found)
        assert [each for each in fetched.found if re.match(r"(\w+:)?//", each)] == [], page
        assert 'class="mermaid"' not in page.read_text()  # its script would be fetched
    assert found > 200


def test_styles_fetch_nothing_from_elsewhere(site):
    styles = list(site.rglob("*.css"))
    assert styles
    for style in styles:
        urls = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", style.read_text())
        assert [each for each in urls if re.match(r"(https?:)?//", each)] == [], style


def test_the_site_can_be_searched_without_a_server_of_others(site):
    index = (site / "search" / "search_index.json").read_text()
    assert "out-of-bounds" in index or "bounds" in index


def test_there_is_a_page_for_each_check_with_its_question(site):
    checks = every_listed()
    assert len(checks) > 50
    for check in checks:
        page = text_of(site / "checks" / f"{check.id}.html")
        assert check.question.split("`")[0][:40] in page.replace("&#39;", "'"), check.id
        assert "How it decides" in page
        assert "What to do" in page


def test_each_check_of_a_contract_names_a_fault_that_it_finds():
    without = [
        check.id
        for check in every_listed()
        if "## A fault that it is there for" not in pages()[f"checks/{check.id}.md"]
    ]
    assert without == ["captured"]  # asks what an engine really passed: any fault may be in it


@pytest.mark.parametrize("name", ["Contract", "TensorArgument", "Budget", "Selection", "Role"])
def test_the_reference_of_the_language_has_fields_and_what_they_mean(name):
    from conformance import contract

    section = pages()["contracts/language.md"].split(f"### `{name}`\n")[1].split("\n### ")[0]
    fields = getattr(getattr(contract, name), "__dataclass_fields__", {})
    assert [field for field in fields if f"| `{field}` |" not in section] == []
    assert len(section) > 200


def test_the_reference_of_the_language_leaves_no_class_out():
    from conformance import contract

    offered = [getattr(contract, name) for name in contract.__all__]
    classes = [
        each.__name__
        for each in offered
        if dataclasses.is_dataclass(each) and isinstance(each, type)
    ]
    page = pages()["contracts/language.md"]
    assert [name for name in classes if f"### `{name}`" not in page] == []


def test_the_reference_of_the_configuration_has_every_key():
    page = pages()["configuration.md"]
    for key in (*PROJECT, *OPERATOR, *CHOICES, *LIMITS):
        assert f"| `{key.name}` |" in page

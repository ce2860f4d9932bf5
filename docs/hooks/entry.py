"""What the site has beside its files: pages made from the suite's own sources, when it is built."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import check_pages
import configuration_page
import language_page
import needs
from mkdocs.structure.files import File


def generated():
    """Every generated page: its path and its text."""
    return {
        **check_pages.pages(),
        "contracts/language.md": language_page.page(),
        "configuration.md": configuration_page.page(),
    }


def on_config(config):
    """Put the pages of checks into the navigation."""
    for entry in config.nav:
        if "Checks" in entry:
            entry["Checks"] = ["checks/index.md", *check_pages.navigation()]
    return config


def on_files(files, config):
    """Add the generated pages."""
    for path, text in generated().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown, page, config, files):
    """Say of each command that no test runs why that is."""
    return needs.shown(markdown)

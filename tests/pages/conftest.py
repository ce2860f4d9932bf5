"""A real browser that opens pages from disk. ``tox -e pages`` runs these tests."""

import os
import shutil
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from conformance.reports.pages.page import as_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def browser(width=1200, height=900, dark=False, javascript=True):
    """A window of this size. Raises ``RuntimeError`` where there is no Chromium."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        raise RuntimeError("these tests need chromium and chromedriver: apt-get install chromium")
    options = Options()
    options.binary_location = program
    for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{word}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not javascript:
        options.add_experimental_option(
            "prefs", {"profile.managed_default_content_settings.javascript": 2}
        )
    window = webdriver.Chrome(options=options, service=Service(driver))
    try:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            # Nothing scrolls while a test clicks.
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        window.execute_cdp_cmd("Network.enable", {})
        yield window
    finally:
        window.quit()


@pytest.fixture(scope="module")
def window():
    """A wide, light window for a whole module."""
    with browser() as window:
        yield window


@pytest.fixture
def opened(tmp_path):
    """Opens the page of some events in a window, from disk."""

    def open_in(window, events):
        path = tmp_path / "report.html"
        path.write_text(as_html(events), encoding="utf-8")
        window.get(path.as_uri())
        return window

    return open_in

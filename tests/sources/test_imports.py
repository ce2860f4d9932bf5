"""Sources are looked at without torch, and without importing them."""

import subprocess
import sys

IMPORTS = """
import pkgutil, sys
import conformance.sources
for module in pkgutil.walk_packages(conformance.sources.__path__, "conformance.sources."):
    __import__(module.name)
assert "conformance.sources.calls.read" in sys.modules
assert "torch" not in sys.modules
"""


def test_no_module_imports_torch():
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)

"""Sources are looked at without torch, and without importing them."""

import subprocess
import sys

IMPORTS = """
import pkgutil, sys
import conformance.call_sites
for module in pkgutil.iter_modules(conformance.call_sites.__path__, "conformance.call_sites."):
    __import__(module.name)
assert "conformance.call_sites.calls" in sys.modules
assert "torch" not in sys.modules
"""


def test_no_module_imports_torch():
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)

"""Wheels of a release that does not exist."""

import io
import zipfile

from conformance.wheels.wheels import fetch_files

FILES = {"tiny/__init__.py": "", "tiny/kernels/add.py": "def add(a, b):\n    return a + b\n"}


FILE = "tiny/kernels/add.py"
RELEASE = ("tiny-release", "1.0")


def wheel_bytes(
    files=None, version="1.0", tag="py3-none-any", pack=zipfile.ZIP_DEFLATED, name="tiny-release"
):
    """A wheel of tiny-release; ``files`` maps names, or entries of a zip file, to contents."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    about = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/RECORD": "",
    }
    files = FILES if files is None else files
    about = {name: text for name, text in about.items() if name not in files}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", pack) as archive:
        for name, content in [*files.items(), *about.items()]:
            # The time is part of the bytes, and these of the names of tests.
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            archive.writestr(entry, content, pack)
    return stream.getvalue()


def wheel_name(version="1.0", tag="py3-none-any"):
    return f"tiny_release-{version}-{tag}.whl"


def text():
    """What a fetched file holds."""
    return fetch_files(*RELEASE, [FILE])[FILE].read_text()

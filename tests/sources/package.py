"""Small packages as sources, and their vocabulary."""

import textwrap
from pathlib import Path

from conformance.sources.calls.read import read_calls
from conformance.sources.calls.site import Calls, CallSite
from conformance.sources.comparing.vocabulary import Vocabulary
from conformance.sources.reading.source import Sources, read_sources
from conformance.sources.values.canonical import Transparent, canonical_text

ROLES = {
    "x": "data",
    "scale": "scale",
    "index": "index",
    "bias": "bias",
    "out": "result",
    "SIZE": "size",
}
WORDS = Vocabulary(
    {
        "x": "data",
        "self.scale": "scale",
        "scale": "scale",
        "index": "index",
        "meta.index": "index",
        "self.bias": "bias",
        "torch.empty_like(x)": "result",
        "x.shape[0]": "size",
    },
    lambda owner, name: frozenset({ROLES[name]}) if name in ROLES else None,
    Transparent(frozenset({"to", "view"}), frozenset({"padded"})),
)


def sources(folder: Path, **files: str) -> Sources:
    """The files, `name=text`, as a package `toy`."""
    (folder / "toy").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "toy" / f"{name}.py").write_text(textwrap.dedent(text))
    return read_sources(folder, [f"toy/{name}.py" for name in files])


def calls(folder: Path, **files: str) -> Calls:
    return read_calls(sources(folder, **files))


def given(site: CallSite) -> list[str]:
    """The canonical arguments of a call, keywords as `name=...`."""
    texts = [(argument.name, canonical_text(argument.value)) for argument in site.arguments]
    return [f"{name}={text}" if name else text for name, text in texts]


def in_function(body: str) -> str:
    """A file with a method-like function of that body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"import torch\ndef forward(self, x, scale, meta, flag, more):\n{lines}\n"

"""What the table of releases says of the vendor's: verdict by verdict, where something changed."""

import shutil
from dataclasses import replace

import pytest
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases.aspects import ASPECTS
from conformance_kernels.rbln_attention.releases.released import DISTRIBUTION
from conformance_kernels.rbln_attention.releases.released import RELEASES as RELEASED

from conformance.catalogue.operators import find_operator
from conformance.events.request import Limits
from conformance.events.verdict import Verdict
from conformance.runs.releases import Table, fill_in
from conformance.wheels.files import print_of
from conformance.wheels.manifest import read_manifest, write_manifest

from .files import unpacked

RELEASES = ("0.10.2", "0.11.0", "0.11.2", "0.12.0")
BLOCKS = {"partitions", "absolute"}
MENDED_CALLS = ("0.11.2", "0.12.0")
WINDOW_OR_ONE_BLOCK = ("attention", "causal_attention", "sliding_window")


def expected(version: str, operator: str, aspect: str) -> Verdict:
    single = operator.startswith(("attention", "causal_attention"))
    if aspect in BLOCKS and operator.startswith(WINDOW_OR_ONE_BLOCK):
        return Verdict.UNSUPPORTED
    if aspect == "batch" and operator.endswith("prefill"):
        return Verdict.UNSUPPORTED
    if aspect == "call-sites":
        return Verdict.PASS if single and version in MENDED_CALLS else Verdict.FAIL
    if aspect in {"absolute", "cache-dtype", "head-size"}:
        return Verdict.FAIL
    # They declare strides of nothing dense up to 0.11.2, and a pool of NB blocks to this day.
    wrong = single and (version != "0.12.0" or aspect == "bounds")
    return Verdict.FAIL if wrong else Verdict.PASS


@pytest.mark.network
def test_the_table_tells_what_the_vendor_mended_and_what_not():
    for version in RELEASES:
        unpacked(version)
    operators = {name: find_operator(name) for name in FAMILY}
    aspects = tuple(aspect.id for aspect in ASPECTS)
    table = Table(DISTRIBUTION, RELEASES, operators, aspects, Limits())
    cells = fill_in(table, jobs=2, on_release=lambda release, cells: None)
    assert len(cells) == len(RELEASES) * len(FAMILY) * len(aspects)
    got = {(c.release, c.operator, c.aspect): c.finished.verdict for c in cells}
    wanted = {key: expected(*key) for key in got}
    assert got == wanted
    for cell in cells:
        assert cell.mode.startswith("source: " if cell.aspect == "call-sites" else "emulated: ")


TABLE = "base=block_table_base,\n                shape=(NUM_BATCH, NUM_PARTITION),"
WRONG = TABLE.replace("NUM_BATCH,", "NUM_BATCH * NUM_PARTITION,")


@pytest.mark.network
def test_a_declaration_that_is_wrong_for_several_blocks_only_fails_bounds_alone(
    tmp_path, monkeypatch
):
    operator, version = "flash_causal_attention_naive_decode", "0.12.0"
    release, place = unpacked(version), tmp_path / "wheels" / f"vllm-rbln-{version}"
    shutil.copytree(release, place / "python")
    planted = RELEASED[version]["flash_causal_attention"]
    file = place / "python" / planted
    text = file.read_text()
    assert text.count(TABLE) == 1
    file.write_text(text.replace(TABLE, WRONG))
    manifest = read_manifest(release.parent)
    python = {**manifest.python, planted: print_of(file.read_bytes())}
    write_manifest(place, replace(manifest, python=python))
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path))
    aspects = ("values", "bounds", "batch", "partitions")
    table = Table(DISTRIBUTION, (version,), {operator: find_operator(operator)}, aspects, Limits())
    cells = fill_in(table, jobs=1, on_release=lambda release, cells: None)
    verdicts = {cell.aspect: cell.finished.verdict for cell in cells}
    assert verdicts == dict.fromkeys(aspects, Verdict.PASS) | {"bounds": Verdict.FAIL}

"""A window whose sequence brings no token keeps its block as it is, to the last bit."""

from dataclasses import replace

import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.faults import right
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.table import KINDS
from conformance_kernels.rbln_attention.words import IDLE, PADDING

import conformance
from conformance.case import Case
from conformance.events.verdict import Verdict
from conformance.inputs.build import build
from conformance.inputs.usual import usual_case
from conformance.policy.profiles import profiles

WINDOWS = ["sliding_window_attention_naive_decode", "sliding_window_attention_naive_prefill"]
QUICK = replace(profiles()["quick"], shrink_seconds=0.5)


def asked(name, function, checks):
    return conformance.check(OPERATORS[name], function, profile=QUICK, seed=2, checks=checks)


def idle(given):
    """The rows that own a block and bring no token: number, block, tokens held."""
    held, ends = given["cache_seq_len"][:, 0].tolist(), given["cache_offset"][:, 0].tolist()
    blocks = given["block_table"].reshape(-1).tolist()
    rows = zip(blocks, held, ends, strict=True)
    return [(row, b, have) for row, (b, have, end) in enumerate(rows) if b and have == end]


def writing(name, write):
    """The operator as it should be, which then writes to blocks of rows without a token."""

    def attention(*values):
        given = dict(zip(KINDS[name].taken, values, strict=False))
        before = given["kv_cache"].clone()
        output = right(name)(*values)
        for row, block, have in idle(given):
            for side, new in enumerate((given["key"], given["value"])):
                write(given["kv_cache"][side, block], before[side, block], new[row, :, :, :1], have)
        return output

    return attention


def appends_the_token(block, before, token, have):
    width = block.shape[2]
    line = torch.cat([before[:, :, :have], token.to(block.dtype)], 2)[:, :, -width:]
    block[:, :, : line.shape[2]] = line


def overwrites_the_newest(block, before, token, have):
    if have:
        block[:, :, have - 1 : have] = token.to(block.dtype)


def forgets_the_oldest(block, before, token, have):
    if have:
        block[:, :, :-1] = before[:, :, 1:]


def clears_the_rest(block, before, token, have):
    block[:, :, have:] = 0


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    "write", [appends_the_token, overwrites_the_newest, forgets_the_oldest, clears_the_rest]
)
def test_what_is_written_to_such_a_block_is_found(name, write):
    report = asked(name, writing(name, write), ["variants"])
    assert report["variants"].verdict is Verdict.FAIL
    failure = report["variants"].failures[0]
    assert Case.parse(failure.case).options[PADDING] == IDLE
    assert failure.findings[0].about == "kv_cache"


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("functions", [PLAIN, KERNELS, {n: right(n) for n in WINDOWS}])
def test_implementations_that_leave_the_block_alone_are_right(name, functions):
    report = asked(name, functions[name], ["variants", "undefined"])
    assert report.conformant and {e.verdict for e in report.checks} == {Verdict.PASS}


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("value", [torch.nan, 7.0])
def test_the_output_of_such_a_row_is_open(name, value):
    def attention(*values):
        output = right(name)(*values)
        for row, _, _ in idle(dict(zip(KINDS[name].taken, values, strict=False))):
            output[row] = value
        return output

    assert asked(name, attention, ["variants"])["variants"].verdict is Verdict.PASS


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("held", ["0", "1", "W-1", "W", "mixed"])
def test_such_rows_come_wherever_windows_stand(name, held):
    contract = OPERATORS[name].contract
    case = usual_case(contract, "variants").with_options(**{PADDING: IDLE})
    built = build(contract, case.with_tensor("cache_seq_len", values=held))
    names = [argument.name for argument in contract.arguments]
    rows = idle(dict(zip(names, built.arguments, strict=True)))
    assert [row for row, _, _ in rows] == [0, 2][: len(built.arguments[0])]
    width = case.axes["W"]
    wanted = {"0": {0}, "1": {1}, "W-1": {width - 1}, "W": {width}}
    assert {have for _, _, have in rows} <= wanted.get(held, set(range(width + 1)))


@pytest.mark.parametrize("name", WINDOWS)
def test_what_such_a_row_brings_is_nobodys_token(name):
    """Its keys, values and queries are padding, so they may be NaN; those of others are not."""
    contract = OPERATORS[name].contract
    case = usual_case(contract, "undefined").with_options(**{PADDING: IDLE, "undefined": "nan"})
    built = build(contract, case)
    names = [argument.name for argument in contract.arguments]
    given = dict(zip(names, built.arguments, strict=True))
    rows = [row for row, _, _ in idle(given)]
    for side in ("query", "key", "value"):
        empty = given[side].isnan().flatten(1)
        assert empty[rows].all() and empty.any(1).sum() == len(rows)

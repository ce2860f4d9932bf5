"""Each kind of finding is provoked, and right calls give none."""

import pytest

from conformance.sources.calls.read import read_calls
from conformance.sources.comparing.compare import (
    compare_call,
    compare_launch,
    unknown_meanings,
)
from conformance.sources.comparing.fakes import compare_fake
from conformance.sources.comparing.finding import Cause
from conformance.sources.comparing.unresolved import unresolved_findings
from conformance.sources.reading.registrations import read_schemas

from .package import WORDS, calls, sources
from .test_launches import module

OPERATOR = """
import torch
@torch.library.custom_op("space::op", mutates_args=())
def op(
    x: torch.Tensor, scale: torch.Tensor, index: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    return x
class Model:
    def forward(self, x, index, meta, flag):
"""


def findings(tmp_path, body):
    text = OPERATOR + "\n".join(f"        {line}" for line in body.splitlines()) + "\n"
    read = sources(tmp_path, a=text)
    schemas = read_schemas(read)
    found = read_calls(read, schemas)
    assert not found.unresolved
    sites = [compare_call(site, schemas.real[site.operator], WORDS) for site in found.sites]
    return [finding for of_site in sites for finding in of_site]


def kinds(found):
    return [finding.cause for finding in found]


@pytest.mark.parametrize(
    "body",
    [
        "torch.ops.space.op(x, self.scale, index)",
        "torch.ops.space.op(x.to(torch.float32), self.scale, padded(meta.index), None)",
        "torch.ops.space.op(x, index=index, scale=self.scale, bias=self.bias)",
        "torch.ops.space.op(x, self.scale, index, self.bias if flag else None)",
        "scale, index = index, self.scale\ntorch.ops.space.op(x, index, scale)",
    ],
)
def test_a_right_call_gives_no_finding(tmp_path, body):
    assert not findings(tmp_path, body)


def test_swapped_arguments_are_two_wrong_ones(tmp_path):
    one, other = findings(tmp_path, "torch.ops.space.op(x, index, self.scale)")
    assert kinds([one, other]) == [Cause.WRONG] * 2
    assert (one.about, one.message) == ("space::op: scale", "scale gets index")
    assert (one.got, one.wanted, one.where) == ("index", "scale", "toy/a.py:10")
    assert (other.message, other.got) == ("index gets scale", "self.scale")


def test_names_swapped_before_the_call_are_found(tmp_path):
    body = "x, index = index, x\ntorch.ops.space.op(x, self.scale, index)"
    found = findings(tmp_path, body)
    assert [finding.got for finding in found] == ["x, which is index", "index, which is x"]


def test_one_wrong_choice_of_two_is_found_with_its_condition(tmp_path):
    body = "torch.ops.space.op(x, self.scale, index if flag else x)"
    (finding,) = findings(tmp_path, body)
    assert (finding.message, finding.condition) == ("index gets data", "not (flag)")


def test_a_missing_argument_is_found(tmp_path):
    (finding,) = findings(tmp_path, "torch.ops.space.op(x, self.scale)")
    assert (finding.cause, finding.about) == (Cause.MISSING, "space::op: index")


@pytest.mark.parametrize("extra", ["self.bias", "wrong=self.bias", "scale=self.scale"])
def test_an_extra_argument_is_found(tmp_path, extra):
    prefix = "self.bias, " if "=" not in extra else ""
    body = f"torch.ops.space.op(x, self.scale, index, {prefix}{extra})"
    (finding,) = findings(tmp_path, body)
    assert finding.cause is Cause.EXTRA and finding.got == extra


def test_a_keyword_only_parameter_takes_no_position(tmp_path):
    text = OPERATOR.replace("index: torch.Tensor,", "index: torch.Tensor, *,")
    for arguments, causes in (
        ("x, self.scale, index, bias=self.bias", []),
        ("x, self.scale, index", []),
        ("x, self.scale, index, self.bias", [Cause.EXTRA]),
    ):
        read = sources(tmp_path, a=f"{text}        torch.ops.space.op({arguments})\n")
        schemas = read_schemas(read)
        (site,) = read_calls(read, schemas).sites
        assert kinds(compare_call(site, schemas.real["space::op"], WORDS)) == causes


def test_a_keyword_only_parameter_without_a_default_is_missing(tmp_path):
    text = OPERATOR.replace("index: torch.Tensor, bias: torch.Tensor | None = None",
                            "*, index: torch.Tensor")  # fmt: skip
    read = sources(tmp_path, a=f"{text}        torch.ops.space.op(x, self.scale, index)\n")
    schemas = read_schemas(read)
    (site,) = read_calls(read, schemas).sites
    found = compare_call(site, schemas.real["space::op"], WORDS)
    assert kinds(found) == [Cause.MISSING, Cause.EXTRA]
    assert (found[0].about, found[1].got) == ("space::op: index", "index")


def test_none_is_wrong_where_a_tensor_is_owed(tmp_path):
    (finding,) = findings(tmp_path, "torch.ops.space.op(x, None, index)")
    assert finding.message == "scale gets None"


@pytest.mark.parametrize("text", ["self.other", "x + 1", "meta.index + 1", "compute(index)"])
def test_an_expression_of_unknown_meaning_is_no_pass(tmp_path, text):
    (finding,) = findings(tmp_path, f"torch.ops.space.op(x, self.scale, {text})")
    assert (finding.cause, finding.got) == (Cause.UNKNOWN, text)


def test_a_parameter_of_unknown_meaning_is_no_pass(tmp_path):
    text = OPERATOR.replace("index: torch.Tensor", "other: torch.Tensor")
    read = sources(tmp_path, a=text + "        torch.ops.space.op(x, self.scale, index)\n")
    schemas = read_schemas(read)
    (site,) = read_calls(read, schemas).sites
    (finding,) = compare_call(site, schemas.real["space::op"], WORDS)
    assert (finding.cause, finding.about) == (Cause.UNKNOWN, "space::op: other")


def test_without_a_schema_the_meanings_still_have_to_be_known(tmp_path):
    text = "import torch\ndef f(self, x):\n    torch.ops.space.op(x, self.what)\n"
    (site,) = calls(tmp_path, a=text).sites
    assert [finding.got for finding in unknown_meanings(site, WORDS)] == ["self.what"]


def launched(tmp_path, body):
    (launch,) = calls(tmp_path, a=module(body)).launches
    return compare_launch(launch, WORDS)


def test_a_right_launch_gives_no_finding(tmp_path):
    assert not launched(tmp_path, "kernel.warmup(x, out, SIZE, grid=(1,), num_warps=4)")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("launch(kernel, out, x, SIZE)", [Cause.WRONG] * 2),
        ("launch(kernel, x, SIZE, out)", [Cause.WRONG] * 2),
        ("launch(kernel, *params)", [Cause.MISSING]),
        ("launch(kernel, *params, SIZE, SIZE)", [Cause.EXTRA]),
        ("kernel.warmup(*params, SIZE=x.shape[1])", [Cause.UNKNOWN]),
        ("kernel.warmup(*params, SIZE, grid=(1,), odd=1)", [Cause.EXTRA]),
    ],
)
def test_a_list_in_another_order_than_the_kernel_is_found(tmp_path, body, wanted):
    assert kinds(launched(tmp_path, body)) == wanted


FAKE = """
import torch
@torch.library.custom_op("space::op", mutates_args=())
def op(x: torch.Tensor, n: int = 1) -> torch.Tensor: ...
@torch.library.register_fake("space::op")
def _({}) -> {}: ...
"""


@pytest.mark.parametrize(
    ("parameters", "result", "about"),
    [
        ("x: torch.Tensor, n: int = 1", "torch.Tensor", []),
        ("y: torch.Tensor, n: int = 1", "torch.Tensor", ["space::op: parameters"]),
        ("n: int = 1, x: torch.Tensor = None", "torch.Tensor", ["space::op: parameters"]),
        ("x: torch.Tensor, n: int = 2", "torch.Tensor", ["space::op: parameters"]),
        ("x: torch.Tensor, *, n: int = 1", "torch.Tensor", ["space::op: parameters"]),
        ("x: torch.Tensor", "torch.Tensor", ["space::op: parameters"]),
        ("x: torch.Tensor, n: int = 1", "None", ["space::op: result"]),
    ],
)
def test_a_fake_has_to_have_the_same_signature(tmp_path, parameters, result, about):
    read = read_schemas(sources(tmp_path, a=FAKE.replace("({})", f"({parameters})").replace(
        "-> {}", f"-> {result}")))  # fmt: skip
    found = compare_fake(read.real["space::op"], read.fake["space::op"])
    assert [finding.about for finding in found] == about
    assert all(finding.cause is Cause.FAKE for finding in found)


def test_unbound_names_are_told_from_what_is_not_resolved(tmp_path):
    text = """
    import torch
    def f(x, flag, more):
        if flag:
            op = torch.ops.space.op
        op(x)
        torch.ops.space.other(*more)
    """
    found = unresolved_findings(calls(tmp_path, a=text))
    assert kinds(found) == [Cause.UNBOUND, Cause.NOT_RESOLVED]
    assert [finding.where for finding in found] == ["toy/a.py:6", "toy/a.py:7"]

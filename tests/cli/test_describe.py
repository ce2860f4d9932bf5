"""``conformance describe`` says everything that a contract says, and gives a function to paste."""

import inspect
import json
import re

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.cli.main import main

from .command import QUICK, conformance

CONTRACTS = [ROUTING, *(operator.contract for operator in OPERATORS.values())]
FILE = """
from conformance.contract import *
CONTRACT = Contract('my-op', 'says {doc} and \\\\ in a text', (Axis('N', 'numbers', most=9),),
    (TensorArgument('lambda', ('N',), ('float32',), 'x'), SizeArgument('n', 'N', 'how many')),
    (Output('y', ('N',), 'float32', '2x', budget=Budget(0, 0, 'exact')),),
    lambda x, n: (2 * x,))
"""


@pytest.fixture
def described(capsys):
    def described(*words):
        assert main(["describe", *map(str, words)]) == 0
        return capsys.readouterr().out

    return described


def sections(text):
    """The lines under each title."""
    found = {}
    for block in text.split("\n\n")[1:]:
        title, *lines = block.splitlines()
        found.setdefault(title.partition(":")[0], lines)
    return found


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_every_word_of_a_contract_is_shown(contract, described):
    text = re.sub(r"\s+", " ", described(contract.name))
    words = {contract.summary}
    for argument in contract.tensors:
        words |= {argument.name, argument.meaning, *argument.patterns, *argument.owed_layouts}
        words |= set(argument.dtypes) if not argument.same_dtype else {argument.same_dtype}
    words |= {axis.meaning for axis in contract.axes}
    words |= {str(edge) for axis in contract.axes for edge in axis.edges}
    words |= {constraint.text for constraint in contract.constraints}
    words |= {word for choice in contract.choices for word in (choice.meaning, *choice.words)}
    words |= {grid.source for grid in contract.grids}
    for output in contract.outputs:
        words |= {output.name, output.meaning}
        budgets = output.budget.values() if isinstance(output.budget, dict) else [output.budget]
        words |= {budget.source for budget in budgets if budget}
    assert [word for word in words if word not in text] == []


def test_a_budget_is_a_formula_with_its_source(described):
    outputs = sections(described("gemma4_routing"))["outputs"]
    assert (
        "    budget |got - owed| <= 2e-06 |owed| + 1e-07 max(1, |per_expert_scale[id]|)" in outputs
    )
    attention = sections(described("flash_attention_naive_decode"))["outputs"]
    assert "    budget float16: |got - owed| <= 2^-10 |owed| + 2^-10 m + 2^-24" in attention


def test_a_selection_says_what_is_selected_and_what_is_open(described):
    outputs = sections(described("gemma4_routing"))["outputs"]
    assert "    the K largest of gating along E" in outputs
    assert "    equal entries: any valid set; order within a row: any" in outputs


def test_states_and_choices_are_shown(described):
    found = sections(described("flash_attention_naive_decode"))
    assert found["states"] == ["  kv_cache: keys and values by block"]
    assert found["choices"][0].startswith("  padding: none, one-row, most-rows; ")


def test_what_is_refused_is_shown_argument_by_argument(described):
    refused = sections(described("gemma4_routing"))["refused"]
    assert "  topk: topk >= 1; K <= E; topk is an int" in refused
    assert refused[0] == "  gating: rank 2; dtype float32, bfloat16, float16*"


def test_implementations_and_the_releases_that_hold_them_are_shown(described):
    subjects = " ".join(sections(described("gemma4_routing"))["subjects"])
    assert all(f"--subject {name} " in subjects for name in OPERATOR.subjects)
    assert "--subject vllm[==VERSION]" in subjects
    releases = sections(described("flash_attention_naive_decode"))["releases"]
    assert releases[0].startswith("  vllm-rbln: 0.10.0, ") and "0.12.0" in " ".join(releases)


def stub_of(text):
    return text.split("\na stub to paste\n")[1]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_the_stub_is_a_function_with_the_contracts_arguments(contract, described):
    scope = {}
    exec(stub_of(described(contract.name)), scope)
    function = scope[contract.name]
    names = [argument.name for argument in contract.arguments]
    assert list(inspect.signature(function).parameters) == names
    assert all(f"{name}: " in function.__doc__ for name in names)
    with pytest.raises(NotImplementedError):
        function(*names)


def test_the_pasted_stub_is_a_subject(tmp_path, described):
    (tmp_path / "mine.py").write_text(stub_of(described("gemma4_routing")))
    subject = f"{tmp_path}/mine.py:gemma4_routing"
    done = conformance("check", "gemma4_routing", *QUICK, "--subject", subject)
    assert done.returncode == 1
    assert "NotImplementedError" in done.stdout and "mine.py:" in done.stdout


def test_a_family_is_the_list_of_its_operators(described):
    title, blank, _head, *lines = described("rbln_attention").splitlines()
    assert (title, blank) == ("rbln_attention: a family of operators", "")
    assert [line.split()[0] for line in lines] == list(FAMILY)


def test_a_contract_in_a_file_is_described(tmp_path, described):
    (tmp_path / "op.py").write_text(FILE.format(doc='"""'))
    text = described(f"{tmp_path}/op.py:CONTRACT")
    assert sections(text)["axes"] == ["  N: numbers; 1 to 9, usually 4"]
    assert "    budget got = owed, rounded to the dtype" in text
    scope = {}
    exec(stub_of(text), scope)
    # What Python cannot call a function or a parameter gets a name that it can.
    assert list(inspect.signature(scope["my_op"]).parameters) == ["lambda_", "n"]
    assert "says ''' and \\ in a text" in scope["my_op"].__doc__.replace("Says", "says")


def test_json_holds_the_whole_contract(tmp_path, described):
    document = json.loads(described("gemma4_routing", "--json", "-"))
    assert (document["format"], document["name"]) == (1, "gemma4_routing")
    contract = document["contract"]
    assert [a["is"] for a in contract["arguments"]] == [
        "TensorArgument", "SizeArgument", "TensorArgument",
    ]  # fmt: skip
    assert contract["outputs"][0]["budget"]["relative"] == 2e-6
    assert contract["reference"] == "conformance_kernels.gemma4_routing.reference:reference"
    assert {"argument": "topk", "wanted": "K <= E"}.items() <= document["refused"][3].items()
    text = described("gemma4_routing", "--json", tmp_path / "a.json")
    assert text == described("gemma4_routing")
    assert json.loads((tmp_path / "a.json").read_text()) == document


def test_json_of_a_family_names_its_operators(described):
    document = json.loads(described("rbln_attention", "--json", "-"))
    assert list(document["operators"]) == list(FAMILY)


def test_json_names_functions_of_files_by_their_file(tmp_path, described):
    (tmp_path / "op.py").write_text(FILE.format(doc=""))
    document = json.loads(described(f"{tmp_path}/op.py:CONTRACT", "--json", "-"))
    assert document["contract"]["reference"] == f"{tmp_path}/op.py:<lambda>"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("gemma4_routng", "; did you mean gemma4_routing?"),
        ("rbln_attentoin", "; did you mean rbln_attention?"),
        ("nothing.py:CONTRACT", "no file nothing.py"),
    ],
)
def test_what_does_not_exist_is_told_with_what_is_near(name, complaint, capsys):
    assert main(["describe", name]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("conformance: ") and complaint in line


def test_a_mistake_in_a_contract_is_told_with_the_contract_and_the_field(tmp_path, capsys):
    wrong = FILE.format(doc="").replace("float32", "float33", 1)
    (tmp_path / "op.py").write_text(wrong)
    assert main(["describe", f"{tmp_path}/op.py:CONTRACT"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "contract my-op, argument lambda: torch has no dtype 'float33'" in line


def test_colours_are_for_terminals_only(described):
    assert "\x1b" not in described("gemma4_routing")

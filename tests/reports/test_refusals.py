"""What ``describe`` says is refused is what the check ``arguments`` calls wrongly."""

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING
from conformance_kernels.rbln_attention.contract import OPERATORS

from conformance.checks.numeric.wrong_calls import wrong_calls
from conformance.reports.refusals import Refusal, refusals

from ..stateful.toy import CONTRACT as TOY
from .language import CONTRACT as LANGUAGE

CONTRACTS = [ROUTING, TOY, LANGUAGE, *(operator.contract for operator in OPERATORS.values())]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_words_and_calls_agree(contract):
    called = [
        Refusal(contract.arguments[wrong.position].name, wrong.wanted, wrong.may_answer)
        for wrong in wrong_calls(contract)
    ]
    assert refusals(contract) == list(dict.fromkeys(called))

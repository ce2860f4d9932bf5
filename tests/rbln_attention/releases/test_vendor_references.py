"""The vendor's kernels, emulated, answer as the vendor's own torch references do."""

from collections import Counter

import pytest
from conformance_kernels.rbln_attention.releases.released import REFERENCE_FAMILIES, REFERENCES
from conformance_kernels.rbln_attention.releases.vendor_comparison import cases, compare

from conformance.subjects.released import SubjectUnavailable


def test_the_cases_cover_every_reference_and_the_borders_of_partitions():
    found = list(cases())
    operators = Counter(case.operator for case in found)
    assert len(found) >= 34
    assert set(operators) == {
        f"{family}_naive_{phase}"
        for family in REFERENCE_FAMILIES
        for phase in ("prefill", "decode")
    }
    causal = {s for case in found if "flash_causal" in case.operator for s in case.starts}
    assert {0, 1, 15, 16, 17, 31, 32} <= causal
    assert any(len(case.starts) > 1 for case in found)


@pytest.mark.network
@pytest.mark.parametrize("version", REFERENCES)
def test_the_emulated_kernels_agree_with_the_references(version):
    try:
        found = compare(version)
    except SubjectUnavailable as error:
        pytest.skip(f"UNSUPPORTED: {error}")
    assert len(found) == len(list(cases()))
    assert [each.text for each in found if not each.share <= 1] == []
    assert [each.text for each in found if not each.same_cache] == []

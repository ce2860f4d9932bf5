"""Real runs of kernels with planted faults: the causes that they come to."""

import pytest

import conformance
from conformance.reports.clusters import clusters_of

from . import planted_routes


def causes(route, *checks):
    report = conformance.check("gemma4_routing", route, profile="quick", checks=checks, seed=1)
    return clusters_of(report.events)


def test_a_fault_in_the_last_tile_is_one_cause_in_every_check():
    checks = ("values", "dtypes", "ties", "special", "sizes")
    (cluster,) = causes(planted_routes.last_tile, *checks)
    assert tuple(cluster.checks) == checks
    assert cluster.condition.startswith("whenever E is no multiple of 32 (")


def test_two_faults_in_one_kernel_are_two_causes():
    clusters = causes(planted_routes.both, "dtypes", "ties", "sizes")
    assert {cluster.condition.split(" (")[0] for cluster in clusters} == {
        "whenever E is no multiple of 32",
        "only with gating bfloat16 and K >= 9",
    }


@pytest.mark.parametrize("accepts", [True, False])
def test_a_right_kernel_that_refuses_nothing_is_said_to_be_just_that(accepts):
    def route(gating, topk, per_expert_scale):
        if not accepts:
            return planted_routes.route_torch(gating, topk, per_expert_scale)
        experts = gating.shape[-1]
        rows = gating.reshape(-1, experts)
        scales = per_expert_scale.flatten()
        padded = scales.new_ones(experts)
        padded[: scales.numel()] = scales[:experts]
        count = max(1, min(int(topk), experts))
        return planted_routes.route_torch(rows.float(), count, padded.float())

    clusters = causes(route, "arguments")
    if not accepts:
        assert clusters == ()
        return
    (cluster,) = clusters
    assert cluster.told.startswith("arguments: it refuses none of ")

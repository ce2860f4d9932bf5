"""``conformance bench generate_gemma4`` measures vLLM with a router in it, beside vLLM as it is."""

import json

from tests.cli.command import COMMAND, conformance


def test_the_torch_router_is_measured_beside_the_stock_engine(tmp_path):
    out = conformance(
        "bench", "generate_gemma4", "--size", "R=2", "--size", "L=5", "--size", "N=4", "--rounds",
        "6", "--seed", "1", "--json", "out.json", cwd=tmp_path,
    )  # fmt: skip
    assert out.returncode == 0, [*COMMAND, out.stdout, out.stderr]
    assert "tokens a second" in out.stdout and "engines ran on the CPU" in out.stdout
    run = json.loads((tmp_path / "out.json").read_text())["runs"][0]
    assert [each["name"] for each in run["contestants"]] == ["stock", "router torch"]
    (point,) = run["points"]
    assert {figure["timer"] for figure in point["figures"]} == {"token", "first", "order"}
    assert "tokens equal those of stock in 7 of 7 orders" in run["contestants"][1]["answers"]

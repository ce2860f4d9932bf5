"""A page for each check: its question, how it decides, and the fault that it is there for.

Everything is read from the check's own file and from the planted faults, by syntax.
"""

import ast
from functools import lru_cache
from pathlib import Path

from texts import markdown, one_line

from conformance.checks.listing import (
    Listed,
    every_listed,
    listed,
    listed_of_captured_calls,
    listed_of_devices,
    listed_of_generation,
    listed_of_registrations,
    listed_of_slow_devices,
)

ROOT = Path(__file__).parents[2]
KERNELS = ROOT / "kernels"
FAILURES = ROOT / "docs" / "failures"
"""What a run printed, for each check of kernels: ``record_failures.py`` writes it."""

GROUPS = {
    "Kernels": (listed, "asked of every operator with a contract, in this order"),
    "Devices": (listed_of_devices, "asked where kernels are compiled: `--device cuda`"),
    "Slow, on devices": (listed_of_slow_devices, "asked by their names, or with a profile's"),
    "Captured calls": (listed_of_captured_calls, "asked with `--cases DIR`"),
    "Registrations": (listed_of_registrations, "asked of `NAMESPACE::OPERATOR`"),
    "Engines that generate": (listed_of_generation, "asked of `generate_*`"),
}
_ACTIONS = {
    "Kernels": "Replay the case that the failure prints, with `--debug` where you want to look "
    "into the kernel. If the call has no right answer, say so in the contract: "
    '`refused_by="callers"`, a constraint, or `unspecified`. If the failure is known and somebody '
    "answers for it, write a [waiver](../waivers.md).",
    "Devices": "Replay the case on the device: it names no kernel, but what the subject's Python "
    "code does around it. [Devices](../devices.md) shows what each of these checks finds most.",
    "Slow, on devices": "Run the tool by itself on a small program around the call; the finding "
    "names the kernel and the place.",
    "Captured calls": "The case names the call in the folder. Replay it with `--cases DIR`.",
    "Registrations": "Change the registration, not the check: the schema, the fake kernel, the "
    "dispatch key. [Registered operators](../registrations.md) shows how to ask one.",
    "Engines that generate": "The finding says in which step, phase and layer the answer starts to "
    "be wrong. [Generation](../generation.md) shows how to narrow it.",
}


@lru_cache(maxsize=1)
def faults() -> dict[str, list[tuple[str, str]]]:
    """For each check, the planted faults that name it: whose they are and what is wrong."""
    known = {check.id for check in every_listed()}
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(KERNELS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
                values = [value for value in map(_value, node.args) if value is not None]
                caught = next((c for c in map(_names, values[2:]) if c and c <= known), set())
                owner = path.relative_to(KERNELS).parts[0]
                for check in caught:
                    found.setdefault(check, []).append((owner, str(values[1])))
    return found


def _value(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _names(value: object) -> set[str]:
    return {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()


def pages() -> dict[str, str]:
    """Every page of a check by path, and the page that lists them."""
    found = {"checks/index.md": _index()}
    for group, (checks, _) in GROUPS.items():
        for check in checks():
            found[f"checks/{check.id}.md"] = _page(check, group)
    return found


def navigation() -> list[dict[str, list[dict[str, str]]]]:
    """The pages of checks, as the site's navigation has them."""
    return [
        {group: [{check.id: f"checks/{check.id}.md"} for check in checks()]}
        for group, (checks, _) in GROUPS.items()
    ]


def _index() -> str:
    lines = [
        "# Checks",
        "",
        "A check is one question. `conformance explain ID` prints the same text.",
    ]
    for group, (checks, when) in GROUPS.items():
        lines += [
            "",
            f"## {group}",
            "",
            f"They are {when}.",
            "",
            "| check | question |",
            "| --- | --- |",
        ]
        lines += [f"| [`{c.id}`]({c.id}.md) | {one_line(c.question)} |" for c in checks()]
    return "\n".join(lines) + "\n"


def _page(check: Listed, group: str) -> str:
    _, _, how = markdown(check.explanation).partition("\n\n")
    lines = [f"# {check.id}", "", f"**{check.question}**", "", "## How it decides", ""]
    lines += [how or markdown(check.explanation)]
    planted = faults().get(check.id, [])
    if planted:
        lines += ["", "## A fault that it is there for", ""]
        lines += [
            "These wrong implementations are planted in the suite's own tests, and this check "
            "finds them:",
            "",
        ]
        lines += [f"- {one_line(wrong)} (`kernels/{owner}`)" for owner, wrong in planted[:4]]
    shown = FAILURES / f"{check.id}.txt"
    if shown.exists():
        lines += [
            "",
            "## What a failure looks like",
            "",
            "```text",
            shown.read_text(encoding="utf-8").rstrip(),
            "```",
        ]
    lines += ["", "## What to do", "", _ACTIONS[group]]
    return "\n".join(lines) + "\n"

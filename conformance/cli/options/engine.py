"""Options that say more of a subject than its name: settings of engines, and any other."""

import argparse

from conformance.cli.options.values import words

SETTINGS = {
    "model": ("PATH", "the folder of a checkpoint, instead of the one that this project builds"),
    "router": ("R", "what routes tokens to experts: torch, vllm-triton, ours, operator, or "
               "FILE.py:NAME"),
    "attention": ("A", "which attention the engine takes: cpu or triton"),
    "runner": ("V", "which model runner vLLM takes: v1 or v2"),
    "compile": ("C", "eager or inductor"),
    "custom-kernels": ("S", "the vendor's switch for its custom kernels: on or off"),
    "patch": ("P", "FILE.py:NAME of a function that changes the engine's package; it is called in "
              "the engine's process once the package is imported"),
    "capture": ("DIR", "keep in this folder with which tensors the engine calls operators"),
}  # fmt: skip
"""Settings that have an option of their own; an operator says which of them it has."""


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Options for engines that generate."""
    group = parser.add_argument_group(
        "engines that generate", "settings of the subject of generate_*"
    )
    for name, (placeholder, meaning) in SETTINGS.items():
        group.add_argument(f"--{name}", type=words, metavar=placeholder, help=meaning)


def settings_of(options: argparse.Namespace) -> dict[str, str]:
    """What was said, by the names of settings."""
    said = {name: getattr(options, name.replace("-", "_"), None) for name in SETTINGS}
    return {name: str(value) for name, value in said.items() if value is not None}

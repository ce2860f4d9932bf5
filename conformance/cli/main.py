"""The command ``conformance``: reading the command line, and nothing that takes long."""

import argparse
from collections.abc import Sequence

from conformance.cli.command import run_command
from conformance.cli.options.bench import BENCH_EXAMPLES, add_bench_options
from conformance.cli.options.common import (
    add_check_options,
    add_describe_options,
    add_releases_options,
    add_replay_options,
)
from conformance.cli.options.generate import add_generate_options
from conformance.cli.options.lock import add_lock_commands
from conformance.cli.options.new import add_new_command
from conformance.cli.options.registration import add_registrations_options
from conformance.cli.options.report import add_report_options
from conformance.cli.options.severity import add_configuration_options
from conformance.cli.options.tune import TUNE_EXAMPLES, add_tune_options
from conformance.version import VERSION

_EPILOG = """\
exit codes: 0 conformant, 1 not conformant, 2 usage or contract error, 3 could not be decided

examples:
  conformance new my_norm                                        begin one, with all that it needs
  conformance check gemma4_routing                               this suite's own kernel
  conformance check gemma4_routing --subject my_kernel.py:route  yours
  conformance check gemma4_routing --subject vllm==0.32.0        a release's, without installing it
  conformance check rbln_attention                               ten operators at once
  conformance releases rbln_attention                            every release, as a table
  conformance check my_ns::my_op --import my_ops.py              a registered operator
  conformance registrations my_ops.py                            all that importing it registers
  conformance generate                                           through whole engines, as a table
  conformance check generate_gemma4 --router my_router.py:route  vLLM with your router in it
  conformance bench gemma4_routing --device cuda                 how long it takes, and others
  conformance lock my_ops.py --to fixtures/locks                 what they promise, as a file
  conformance diff main fixtures/locks                           what changed for callers
  conformance report cpu.json gpu.json                           two logs as one result
  conformance check                                              all that the project configures
  conformance check --changed-since main                         operators that a change touches
  conformance describe gemma4_routing                            what it owes, and a stub
  conformance explain ties
"""


def parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    whole = argparse.ArgumentParser(
        prog="conformance",
        description="Does a custom kernel do what it owes? Conformance checks for LLM inference.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_new_command(commands)
    check = commands.add_parser(
        "check",
        help="ask a subject every question that a contract implies",
        description="Ask a subject every question that the contract of an operator implies.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_check_options(check)
    replay = commands.add_parser(
        "replay", help="run one case again", description="Run one case again, from its line."
    )
    add_replay_options(replay)
    releases = commands.add_parser(
        "releases",
        help="every release of a package that holds an operator, as a table",
        description="Ask every release that holds an operator, and print what comes of it as a "
        "table. A failure stays in the table, also if a later release has mended it. The exit code "
        "is 0 if something was decided and no cell is ERROR or NOT_RUN, whatever passed or failed; "
        "otherwise it is 3.",
    )
    add_releases_options(releases)
    registrations = commands.add_parser(
        "registrations",
        help="do operators that are registered with torch keep what they declare?",
        description="Import a file, module or package in a process of its own, and ask every "
        "operator that it registers what a registration owes: schema, fake kernel, declared "
        "writes, torch.compile, export. Tensors are drawn from the schema, or vary an example.",
    )
    add_registrations_options(registrations)
    generate = commands.add_parser(
        "generate",
        help="every way in which text can be generated here, as a table",
        description="Generate from tiny models through whole inference engines, with the custom "
        "kernels on: every model and mode that the installed packages can run, every question, as "
        "a table. Settings narrow it: --model PATH asks a checkpoint of your own.",
    )
    add_generate_options(generate)
    bench = commands.add_parser(
        "bench",
        help="how long subjects take, beside their peers and what the device can do at best",
        description="Measure subjects and peers of an operator in one run: rounds in a changing "
        "order, CUDA graphs and plain calls, arguments rotated beyond the cache, and the floors "
        "of launch and bandwidth. Wrong answers are marked.",
        epilog=BENCH_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_bench_options(bench)
    tune = commands.add_parser(
        "tune",
        help="the table of launch shapes of an operator's own kernel, measured anew",
        description="Measure every candidate for a launch shape at every point that an operator "
        "lists, leave out those whose answers are wrong, and write the table, or print what "
        "would change in the one that is shipped.",
        epilog=TUNE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_tune_options(tune)
    report = commands.add_parser(
        "report",
        help="several logs as one result",
        description="Read logs that 'conformance check --json' wrote, on one machine or several, "
        "and print them as one result. A run that is in several logs is printed once. The exit "
        "code is that of all runs together.",
    )
    add_report_options(report)
    add_lock_commands(commands)
    commands.add_parser(
        "list",
        help="the operators, their subjects, the checks, the profiles and the devices",
        description="Show the operators, their subjects, the checks, the profiles and the devices.",
    )
    describe = commands.add_parser(
        "describe",
        help="what an operator owes: shapes, dtypes, budgets, refusals, and a stub to paste",
        description="Show what the contract of an operator says: its signature, arguments, axes, "
        "outputs with their budgets and sources, what has to be refused, who implements it, and a "
        "function to paste. A family is shown as the list of its operators.",
    )
    add_describe_options(describe)
    configuration = commands.add_parser(
        "configuration",
        help="what the project configures, and the JSON Schema of it",
        description="Show what conformance.toml or [tool.conformance] in pyproject.toml says, with "
        "what stands for each operator.",
    )
    add_configuration_options(configuration)
    configuration.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of a configuration instead"
    )
    explain = commands.add_parser(
        "explain",
        help="what a check asks, and how it decides",
        description="Show what a check asks, what it needs and how it decides.",
    )
    explain.add_argument("check", help="the id of a check")
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    Without ``arguments`` this is the process of the command, which ends with it.
    """
    return run_command(parser(), arguments)

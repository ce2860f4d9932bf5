"""Options of the command line."""

import argparse

from conformance.cli.options.engine import add_engine_options
from conformance.cli.options.replay import add_case_options, add_looking_options
from conformance.cli.options.report import add_format_option, add_report_files
from conformance.cli.options.severity import add_configuration_options, add_severity_options
from conformance.cli.options.values import (
    amount,
    count,
    device,
    file_or_folder,
    file_to_write,
    index,
    seed,
    targets,
    words,
)
from conformance.cli.options.watch import add_watch_option
from conformance.targets.gpus import GPUS


def add_subject_options(parser: argparse.ArgumentParser) -> None:
    """Options that say what is asked, and where."""
    parser.add_argument(
        "--subject",
        metavar="S",
        help="what to judge: FILE.py:NAME, MODULE:NAME, NAMESPACE::OPERATOR, PACKAGE (installed), "
        "PACKAGE==VERSION (a release), or a name that 'conformance list' shows; "
        "default: the operator's own kernel",
    )
    parser.add_argument(
        "--device",
        type=device,
        metavar="D",
        help="where it runs: cpu (default; Triton kernels in lockstep), cuda (ROCm too), xpu, or "
        "another name that 'conformance list' shows; cuda:1 is the second of its kind",
    )
    parser.add_argument(
        "--config",
        type=index,
        metavar="N",
        help="run autotuned Triton kernels with their configuration N, counted from 0, instead of "
        "the first that their pruning leaves: every one must be right. For the cpu, where nothing "
        "is timed; the same as --device cpu:config=N",
    )
    add_limit_options(parser)


def add_limit_options(parser: argparse.ArgumentParser) -> None:
    """Options that bound what a subject may take."""
    parser.add_argument(
        "--call-seconds",
        type=amount,
        metavar="N",
        help="time limit for a single call of the subject (default: 120)",
    )
    parser.add_argument(
        "--load-seconds",
        type=amount,
        metavar="N",
        help="time limit for loading the subject, its imports and downloads (default: 900)",
    )
    parser.add_argument(
        "--memory",
        type=amount,
        metavar="GIB",
        help="memory limit for the subject and all processes that it starts, beside what the suite "
        "takes itself (default: 8)",
    )


def add_cases_option(parser: argparse.ArgumentParser) -> None:
    """Where captured calls are."""
    parser.add_argument(
        "--cases",
        type=file_or_folder,
        metavar="DIR",
        help="a folder of captured calls: what an engine called operators with "
        "(--capture DIR); without --check only these are asked",
    )


def add_registration_options(parser: argparse.ArgumentParser) -> None:
    """Options for operators that are registered with torch."""
    parser.add_argument(
        "--import", dest="imports", type=words, metavar="I",
        help="what registers the operator, or the subject NAMESPACE::OPERATOR: FILE.py, MODULE, "
        "PACKAGE (installed) or PACKAGE==VERSION; it is imported first, in a process of its own",
    )  # fmt: skip
    parser.add_argument(
        "--contract", type=words, metavar="C",
        help="for NAMESPACE::OPERATOR: an operator that 'conformance list' shows, or FILE.py:NAME "
        "of a contract; its values are judged as well then",
    )  # fmt: skip
    parser.add_argument(
        "--example", type=words, metavar="E",
        help="for NAMESPACE::OPERATOR: FILE.py:NAME of arguments that it takes (a tuple, a dict, "
        "or a function that returns one), which are varied",
    )  # fmt: skip


def add_replay_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance replay``."""
    add_case_options(parser)
    add_looking_options(parser)
    add_configuration_options(parser)
    add_registration_options(parser)
    add_subject_options(parser)
    add_cases_option(parser)
    add_engine_options(parser)


def add_releases_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance releases``."""
    parser.add_argument("operator", help="the name of an operator or of a family")
    parser.add_argument(
        "--release", type=words, action="append", default=[], metavar="V",
        help="only this release; repeatable (default: every one that holds the operator)",
    )  # fmt: skip
    parser.add_argument(
        "--aspect",
        type=words,
        action="append",
        default=[],
        metavar="ID",
        help="only this column; repeatable",
    )
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the table as JSON"
    )
    add_format_option(parser)
    parser.add_argument(
        "--jobs", type=count, metavar="N", help="releases to ask at once (default: the cores)"
    )
    add_limit_options(parser)


def add_target_option(parser: argparse.ArgumentParser) -> None:
    """For which GPUs kernels are built."""
    parser.add_argument(
        "--targets",
        type=targets,
        metavar="GPU,…",
        help="GPUs that 'builds' compiles Triton kernels for, none of which has to be here: "
        f"{', '.join(GPUS)} (default: those of the profile)",
    )


def add_describe_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance describe``."""
    parser.add_argument(
        "operator",
        help="the name of an operator or of a family, FILE.py:NAME of a contract, or a name that "
        "the project configures",
    )
    add_configuration_options(parser)
    parser.add_argument(
        "--json", metavar="FILE", help="write it as JSON; -: to standard output, and nothing else"
    )


def add_check_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance check``."""
    parser.add_argument(
        "operator",
        nargs="?",
        help="the name of an operator or of a family, FILE.py:NAME of a contract, or "
        "NAMESPACE::OPERATOR of an operator that is registered with torch (default: all that the "
        "project configures)",
    )
    parser.add_argument(
        "--changed-since", type=words, metavar="REVISION",
        help="only operators with a file that changed since the current branch left this git "
        "revision, or that is not committed yet",
    )  # fmt: skip
    add_registration_options(parser)
    add_subject_options(parser)
    add_cases_option(parser)
    add_engine_options(parser)
    add_target_option(parser)
    add_watch_option(parser)
    add_asking_options(parser)


def add_asking_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how much is asked, and what is kept and written."""
    parser.add_argument(
        "--profile",
        type=words,
        metavar="PROFILE",
        help="quick, gate (default), qualify or sanitize",
    )
    add_severity_options(parser)
    parser.add_argument(
        "--seed", type=seed, metavar="N", help="seed of the draws (default: a new one, printed)"
    )
    parser.add_argument(
        "--fail-fast", action="store_true", help="stop after the first failing check"
    )
    parser.add_argument(
        "--waivers",
        type=file_or_folder,
        action="append",
        default=[],
        metavar="FILE",
        help="a further TOML file of waivers; repeatable",
    )
    parser.add_argument(
        "--write-waivers", type=file_to_write, metavar="FILE",
        help="add a waiver to this file for each finding that fails; it counts once somebody has "
        "filled in issue, owner and date",
    )  # fmt: skip
    parser.add_argument(
        "--no-shipped-waivers", action="store_true",
        help="leave out the waivers that ship with the suite: what they cover fails",
    )  # fmt: skip
    parser.add_argument(
        "--store",
        type=file_or_folder,
        metavar="DIR",
        help="where failing cases are kept, to run first the next time (default: "
        ".conformance/cases)",
    )
    parser.add_argument(
        "--no-store", action="store_true",
        help="keep no cases, and read only those that ship with the suite",
    )  # fmt: skip
    parser.add_argument(
        "--unsupported-ok", action="store_true",
        help="exit with 0 if the subject is not available or cannot be judged here; the report "
        "still says so",
    )  # fmt: skip
    parser.add_argument(
        "--share-device", action="store_true",
        help="begin at once on a GPU that another run uses, instead of waiting for it",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=count, metavar="N",
        help="operators of a family to ask at once (default: the cores; 1 on an accelerator)",
    )  # fmt: skip
    add_report_files(parser)

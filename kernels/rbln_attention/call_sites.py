"""What the vllm-rbln plugin's attention code passes to its operators, read from a release's files.

Nothing of the plugin is imported. `sources` is always a folder with the content of a wheel; it is
read once for a version, so that what changes in it afterwards is not seen.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.version import Version

from conformance.call_sites.arguments import bind
from conformance.call_sites.calls import read_calls
from conformance.call_sites.compare import (
    compare_call,
    compare_fake,
    compare_launch,
    problems,
    unknown_meanings,
)
from conformance.call_sites.constructions import implied, read_constructions, refusals
from conformance.call_sites.finding import CallSiteFinding, FindingKind
from conformance.call_sites.kernels import Kernel, Pointer, read_kernels
from conformance.call_sites.meaning import NONE
from conformance.call_sites.schemas import OperatorSchema, Schemas, read_schemas
from conformance.call_sites.site import Calls, CallSite
from conformance.call_sites.source import Source, Sources, read_sources
from conformance.call_sites.truth import tensor_truths
from conformance.judge.finding import Finding

from . import call_site_meanings as words
from .call_site_meanings import CUSTOM, TRITON
from .names import FAMILY

_BACKEND = "vllm_rbln/v1/attention/backends/flash_attention.py"
_OLD_BACKEND = "vllm_rbln/attention/backends/flash_attention.py"


@dataclass(frozen=True)
class Form:
    """How the metadata give something, on one kind of way through their builder."""

    form: str
    condition: str
    where: str
    phase: str = ""
    """`prefill` or `decode`; empty if the way may be either."""


@dataclass(frozen=True)
class Count:
    """How much was looked at for one operator in one namespace."""

    operator: str
    namespace: str
    calls: int
    """Calls in the sources, `file:line`, that may mean the operator."""
    ways: int
    """Different ways to reach them with their arguments."""
    launches: int


@dataclass(frozen=True)
class _Field:
    """What a field of the metadata is given on one way."""

    owner: str
    name: str
    text: str
    meaning: str | None
    where: str
    assumed: tuple[str, ...]


@dataclass(frozen=True)
class _Release:
    sources: Sources
    schemas: Schemas
    calls: Calls
    kernels: dict[tuple[str, str], Kernel]
    metadata: "tuple[_Field, ...]"
    truths: tuple[CallSiteFinding, ...]
    problems: tuple[CallSiteFinding, ...]

    def file(self, path: str) -> Source:
        return next(source for source in self.sources.files if source.path == path)


def files(sources: Path, version: str) -> list[str]:
    """The files of a release that hold the backend, the operators and the kernels, relative to
    `sources`. Raises FileNotFoundError if one is missing that the release must have."""
    release = Version(version)
    folder = "triton_kernels" if release < Version("0.11.1") else "v1/attention/ops"
    wanted = [_BACKEND, *([_OLD_BACKEND] if release < Version("0.10.1") else [])]
    for path in wanted:
        if not (sources / path).is_file():
            raise FileNotFoundError(f"{sources} has no {path}, which vllm-rbln {version} has")
    found = sorted((sources / "vllm_rbln" / folder).glob("*.py"))
    if not found:
        raise FileNotFoundError(f"{sources} has no Python file in vllm_rbln/{folder}")
    return [*wanted, *(path.relative_to(sources).as_posix() for path in found)]


@lru_cache(maxsize=4)
def _read(sources: Path, version: str) -> _Release:
    read = read_sources(sources, files(sources, version))
    schemas = read_schemas(read)
    calls = read_calls(read, schemas)
    metadata: list[_Field] = []
    truths: list[CallSiteFinding] = []
    found = list(problems(calls))
    for source in read.files:
        sites, unresolved = read_constructions(source, _is_metadata)
        metadata += [field for site in sites for field in _fields(site)]
        truths += tensor_truths(source) if sites else []
        found += problems(Calls((), (), tuple(unresolved)))
    found += [
        CallSiteFinding(text, "a registration without constant name", kind=FindingKind.NOT_RESOLVED)
        for text in schemas.unresolved
    ]
    found += _in_other_files(sources, {source.path for source in read.files})
    kernels = read_kernels(read)
    once = tuple(dict.fromkeys(metadata))
    return _Release(read, schemas, calls, kernels, once, tuple(truths), tuple(found))


def _fields(site: CallSite) -> Iterator[_Field]:
    for argument in site.arguments:
        name = argument.name or ""
        if name not in words.METADATA_FIELDS or words.OTHER_BACKEND in site.assumptions.texts():
            continue
        for text, meaning, then in words.BUILDER.meanings(argument.value, site.assumptions):
            yield _Field(site.operator, name, text, meaning, argument.place, then.texts())


def _is_metadata(call: ast.Call) -> bool:
    given = {keyword.arg for keyword in call.keywords}
    return ast.unparse(call.func).endswith("Metadata") and len(given & {*words.METADATA_FIELDS}) > 1


def _in_other_files(sources: Path, read: set[str]) -> Iterator[CallSiteFinding]:
    pattern = re.compile(rf"\b(?:{TRITON}|{CUSTOM})\s*(?:\.|::)\s*({'|'.join(FAMILY)})\b")
    for path in sorted((sources / "vllm_rbln").rglob("*.py")):
        name = path.relative_to(sources).as_posix()
        text = path.read_text(encoding="utf-8")
        for match in [] if name in read else pattern.finditer(text):
            where = f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
            message = "the operator is named in a file that is not read"
            kind = FindingKind.NOT_RESOLVED
            yield CallSiteFinding(match[1], message, match[0], where=where, kind=kind)


def check_call_sites(sources: Path, version: str, operator: str) -> list[Finding]:
    """What is wrong with, or worth saying about, the calls and the kernel of one operator.

    `operator` is a name of `names.FAMILY`. Both namespaces are looked at. The findings are
    `CallSiteFinding`s, whose `kind` tells errors from remarks. Raises ValueError for another
    operator, FileNotFoundError and SyntaxError if the release's files are not there or not Python.
    """
    if operator not in FAMILY:
        raise ValueError(f"operator: got {operator!r}, want one of {', '.join(FAMILY)}")
    release = _read(sources, version)
    found: list[CallSiteFinding] = []
    for space in (TRITON, CUSTOM):
        found += _calls(release, f"{space}::{operator}")
        found += _registration(release, f"{space}::{operator}")
    found += _launches(release, operator)
    found += _forms(release, operator)
    found += _metadata(release, operator)
    found += [finding for finding in release.problems if _concerns(finding, operator)]
    return list(dict.fromkeys(found))


def summary(sources: Path, version: str) -> list[Count]:
    """How many calls and launches there are, by operator and namespace; others come last."""
    calls = _read(sources, version).calls
    places = Counter(name for name, _ in {(site.operator, site.place) for site in calls.sites})
    ways = Counter(site.operator for site in calls.sites)
    launches = Counter(launch.operator for launch in calls.launches)
    known = [f"{space}::{name}" for name in FAMILY for space in (TRITON, CUSTOM)]
    others = sorted({*ways, *launches} - {*known})
    return [
        Count(name.partition("::")[2] or name, name.partition("::")[0], places[name], ways[name],
              launches[name])
        for name in [*known, *others]
    ]  # fmt: skip


def not_resolved(sources: Path, version: str) -> list[CallSiteFinding]:
    """What the syntax of the release does not tell, over all operators."""
    found = _read(sources, version).problems
    return [finding for finding in found if finding.kind is FindingKind.NOT_RESOLVED]


def _concerns(finding: CallSiteFinding, operator: str) -> bool:
    """What names no operator may concern any."""
    named = {name for name in FAMILY if re.search(rf"\b{name}\b", f"{finding.about} {finding.got}")}
    return operator in named or not named


def _calls(release: _Release, name: str) -> Iterator[CallSiteFinding]:
    sites = [site for site in release.calls.sites if site.operator == name]
    for site in sites:
        schema = _schema(release.schemas, site)
        if schema:
            yield from compare_call(site, schema, words.BACKEND)
        else:
            yield from unknown_meanings(site, words.BACKEND)
        yield from _dropped(release, site)
    if sites and not _schema(release.schemas, sites[0]):
        message = "the release calls the operator and does not register it: nothing to compare with"
        yield CallSiteFinding(name, message, where=sites[0].place, kind=FindingKind.NO_SCHEMA)


def _schema(schemas: Schemas, site: CallSite) -> OperatorSchema | None:
    """The registration in the file where the way begins, if there are several."""
    first = (site.through[0] if site.through else site.place).rpartition(":")[0]
    all_of_it = [schemas.real.get(site.operator), *schemas.again]
    fitting = [schema for schema in all_of_it if schema and schema.name == site.operator]
    return next((s for s in fitting if s.file == first), fitting[0] if fitting else None)


def _dropped(release: _Release, site: CallSite) -> Iterator[CallSiteFinding]:
    first = (site.through[0] if site.through else site.place).rpartition(":")[0]
    backend = release.file(first)
    name = site.operator.partition("::")[2]
    at_hand = {"sinks"} if "self.sinks" in backend.attributes else set()
    for other in release.calls.sites:
        if other.operator.partition("::")[2] == name and first in other.where:
            at_hand |= _passed(other)
    known = implied(backend, site.assumptions.texts())
    for meaning in sorted(at_hand - _passed(site) - _refrained(release, site) - {NONE}):
        if meaning == "sinks" and "self.sinks is None" in known:
            continue
        if _is_refused(backend, meaning):
            continue
        yield CallSiteFinding(
            f"{site.operator}: {meaning}",
            f"the backend has {meaning} and does not pass it",
            ", ".join(argument.text for argument in site.arguments),
            where=site.where,
            kind=FindingKind.DROPPED,
            condition=site.condition,
        )


def _passed(site: CallSite) -> set[str]:
    """The meanings of a call's arguments."""
    return {
        meaning
        for argument in site.arguments
        for _, meaning, _ in words.BACKEND.meanings(argument.value, site.assumptions)
        if meaning
    }


def _refrained(release: _Release, site: CallSite) -> set[str]:
    """The meanings for which a call gives None, and nothing else."""
    schema = _schema(release.schemas, site)
    found: set[str] = set()
    for parameter, argument in bind(schema.parameters, site.arguments).pairs if schema else []:
        meanings = {m for _, m, _ in words.BACKEND.meanings(argument.value, site.assumptions)}
        if meanings == {NONE}:
            found |= words.roles(site.operator, parameter.name) or frozenset()
    return found


def _is_refused(backend: Source, meaning: str) -> bool:
    """Whether the backend raises when it is made where the meaning would matter."""
    if not (wanted := words.REFUSED_WITH.get(meaning)):
        return False
    makers = [f for f in backend.all_functions() if f.name == "__init__"]
    return any(
        all(any(word in text and not text.startswith("not ") for text in texts) for word in wanted)
        for maker in makers
        for texts, _ in refusals(backend, maker)
    )


def _registration(release: _Release, name: str) -> Iterator[CallSiteFinding]:
    space, _, operator = name.partition("::")
    for real in (release.schemas.real.get(name), *release.schemas.again):
        if not real or real.name != name:
            continue
        if fake := release.schemas.fake.get(name):
            yield from compare_fake(real, fake)
        else:
            message, kind = "the operator has no fake implementation", FindingKind.FAKE
            yield CallSiteFinding(name, message, where=real.place, kind=kind)
        if space == TRITON:
            yield from _against_specification(real, operator)


def _against_specification(real: OperatorSchema, operator: str) -> Iterator[CallSiteFinding]:
    family = operator.rpartition("_")[0]
    wanted = ", ".join(f"{name}: torch.Tensor" for name in words.PARAMETERS[family])
    pairs = (
        ("parameters", ", ".join(map(str, real.parameters)), wanted),
        ("result", real.returns, "torch.Tensor"),
        ("mutates_args", ", ".join(real.mutates), ""),
    )
    for what, got, owed in pairs:
        if got != owed:
            about, kind = f"{real.name}: {what}", FindingKind.SCHEMA
            message = f"other {what} than specified"
            yield CallSiteFinding(about, message, got, owed, real.place, kind=kind)


def _launches(release: _Release, operator: str) -> Iterator[CallSiteFinding]:
    name = f"{TRITON}::{operator}"
    launches = [launch for launch in release.calls.launches if launch.operator == name]
    for launch in launches:
        yield from compare_launch(launch, words.WRAPPER)
        if launch.kernel.name != operator:
            got, kind = launch.kernel.name, FindingKind.WRONG
            yield CallSiteFinding(
                name, "it launches another kernel", got, operator, launch.where, kind=kind
            )
    if not launches and (real := release.schemas.real.get(name)):
        message, kind = "the operator was not seen to launch a kernel", FindingKind.NOT_RESOLVED
        yield CallSiteFinding(name, message, where=real.place, kind=kind)


def _metadata(release: _Release, operator: str) -> Iterator[CallSiteFinding]:
    used = {
        argument.text.rpartition(".")[2]
        for site in release.calls.sites
        if site.operator.partition("::")[2] == operator
        for argument in _written_arguments(site)
    }
    for field in release.metadata:
        wanted = words.METADATA_FIELDS[field.name]
        if field.name in used and field.meaning not in wanted:
            yield CallSiteFinding(
                f"{field.owner}: {field.name}",
                f"the field gets {field.meaning or 'something of unknown meaning'}",
                field.text[:160],
                " or ".join(sorted(wanted)),
                field.where,
                FindingKind.WRONG if field.meaning else FindingKind.UNKNOWN,
                " and ".join(field.assumed),
            )
    yield from (truth for truth in release.truths if truth.about.removeprefix("self.") in used)


def _written_arguments(site: CallSite):
    """The arguments under the names that the backend gives them."""
    for argument in site.arguments:
        for text, _, _ in words.BACKEND.meanings(argument.value, site.assumptions):
            yield type(argument)(text, argument.value)


def seq_idx_form(sources: Path, version: str) -> list[Form]:
    """In which form the release's metadata give `seq_idx`, with the condition and the place."""
    return _field_forms(_read(sources, version), frozenset({"seq_lens", "seq_lens_tensor"}))


def block_table_rank(sources: Path, version: str) -> list[Form]:
    """How many dimensions the release's block tables have: `1-D`, `2-D`, or `not told`."""
    forms = _field_forms(_read(sources, version), words.BLOCK_TABLE_FIELDS)
    return list(dict.fromkeys(Form(_rank(f.form), f.condition, f.where, f.phase) for f in forms))


def _rank(text: str) -> str:
    match = re.fullmatch(r"common_attn_metadata\.block_table_tensor(\[0\])?(\[\.\.\., :1\])?", text)
    return "not told" if not match else "1-D" if match[1] else "2-D"


def _field_forms(release: _Release, fields: frozenset[str]) -> list[Form]:
    ways: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
    for field in release.metadata:
        if field.name in fields and field.meaning != NONE:
            is_form = field.meaning in {words.PER_PARTITION, words.ABSOLUTE}
            form = field.meaning if is_form and field.meaning else field.text
            ways.setdefault((form, field.where, _phase(field.assumed)), []).append(field.assumed)
    return [
        Form(form, " and ".join(t for t in first if all(t in other for other in rest)), *place)
        for (form, *place), (first, *rest) in ways.items()
    ]


def _phase(texts: tuple[str, ...]) -> str:
    for text in texts:
        if re.fullmatch(words.PREFILL_TEST, text):
            return "prefill"
        if re.fullmatch(rf"not \((?:{words.PREFILL_TEST})\)", text):
            return "decode"
    return ""


def _forms(release: _Release, operator: str) -> Iterator[CallSiteFinding]:
    name, phase = f"{TRITON}::{operator}", operator.rpartition("_")[2]
    sites = [site for site in release.calls.sites if site.operator == name]
    kernel = next((k for k in release.kernels.values() if k.name == operator), None)
    if not sites or not kernel:
        return
    pointers = {pointer.base.removesuffix("_base"): pointer for pointer in kernel.pointers}
    if pointer := pointers.get("seq_idx"):
        for form in _field_forms(release, frozenset({"seq_lens", "seq_lens_tensor"})):
            if form.phase in {"", phase}:
                yield from _seq_idx(release, kernel, pointer, form, sites)
    if pointer := pointers.get("block_table"):
        field = "local_block_tables" if "sliding_window" in operator else "block_tables"
        for form in _field_forms(release, frozenset({field})):
            if form.phase in {"", phase}:
                yield from _block_table(kernel, pointer, form)


def _seq_idx(
    release: _Release, kernel: Kernel, pointer: Pointer, form: Form, sites: list[CallSite]
) -> Iterator[CallSiteFinding]:
    first, _, second = pointer.shape[-1].partition(" // ")
    wanted = words.ABSOLUTE if first == second else words.PER_PARTITION
    if form.form == wanted:
        return
    file = form.where.rpartition(":")[0]
    sites = [site for site in sites if site.where.startswith(file)]
    if wanted == words.ABSOLUTE and form.form == words.PER_PARTITION:
        # With one partition the forms agree.
        one = "self.block_size == self.max_model_len"
        backend = release.file(file)
        sites = [s for s in sites if one not in implied(backend, s.assumptions.texts())]
    for site in sites:
        yield CallSiteFinding(
            f"{TRITON}::{kernel.name}: seq_idx",
            f"the kernel reads ({', '.join(pointer.shape)}) at {kernel.file}:{pointer.line}",
            form.form,
            wanted,
            f"{form.where} -> {site.where}",
            FindingKind.FORM,
            form.condition,
        )


def _block_table(kernel: Kernel, pointer: Pointer, form: Form) -> Iterator[CallSiteFinding]:
    got, wanted = _rank(form.form), f"{len(pointer.shape)}-D"
    if got == wanted:
        return
    told = got != "not told"
    yield CallSiteFinding(
        f"{TRITON}::{kernel.name}: block_table",
        f"the kernel reads a {wanted} table at {kernel.file}:{pointer.line}"
        if told
        else "the rank of the block table is not told by the syntax",
        got,
        wanted,
        form.where,
        FindingKind.FORM if told else FindingKind.NOT_RESOLVED,
        form.condition,
    )

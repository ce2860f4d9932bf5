"""The forms of `seq_idx` and of block tables: those that the metadata have, and those that the
kernels read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.sources.calls.constructions import implied_conditions
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.vocabulary import NONE
from conformance.sources.reading.kernels import BlockPointer, Kernel

from . import meanings as words
from .meanings import TRITON
from .release import Release, read_release

_SEQUENCES = frozenset({"seq_lens", "seq_lens_tensor"})
_NOT_TOLD = "not told"


@dataclass(frozen=True)
class Form:
    """The form of something in the metadata, on the paths that share it."""

    form: str
    condition: str
    where: str
    phase: str = ""
    """`prefill` or `decode`; "" if the paths may be either."""


def seq_idx_form(sources: Path, version: str) -> list[Form]:
    """The forms in which the release's metadata hold `seq_idx`."""
    return _forms(read_release(sources, version), _SEQUENCES)


def block_table_rank(sources: Path, version: str) -> list[Form]:
    """The numbers of dimensions of the release's block tables: `1-D`, `2-D`, or `not told`."""
    forms = _forms(read_release(sources, version), words.BLOCK_TABLE_FIELDS)
    return list(dict.fromkeys(Form(_rank(f.form), f.condition, f.where, f.phase) for f in forms))


def check_forms(release: Release, operator: str) -> Iterator[SourceFinding]:
    """What the kernel of an operator reads in another form than the metadata hold."""
    kernel = next((k for k in release.kernels.values() if k.name == operator), None)
    if not kernel or not any(s.operator == f"{TRITON}::{operator}" for s in release.calls.sites):
        return
    phase = operator.rpartition("_")[2]
    table = "local_block_tables" if "sliding_window" in operator else "block_tables"
    pointers = {pointer.base.removesuffix("_base"): pointer for pointer in kernel.pointers}
    if pointer := pointers.get("seq_idx"):
        for form in _forms(release, _SEQUENCES):
            if form.phase in {"", phase}:
                yield from _seq_idx(release, kernel, pointer, form)
    if pointer := pointers.get("block_table"):
        for form in _forms(release, frozenset({table})):
            if form.phase in {"", phase}:
                yield from _block_table(kernel, pointer, form)


def _forms(release: Release, fields: frozenset[str]) -> list[Form]:
    paths: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
    for field in release.metadata.fields:
        if field.name in fields and field.meaning != NONE:
            is_form = field.meaning in {words.PER_PARTITION, words.ABSOLUTE}
            form = field.meaning if is_form and field.meaning else field.text
            paths.setdefault((form, field.where, _phase(field.assumed)), []).append(field.assumed)
    return [
        Form(form, " and ".join(t for t in first if all(t in other for other in rest)), *place)
        for (form, *place), (first, *rest) in paths.items()
    ]


def _phase(texts: tuple[str, ...]) -> str:
    for text in texts:
        if re.fullmatch(words.PREFILL_TEST, text):
            return "prefill"
        if re.fullmatch(rf"not \((?:{words.PREFILL_TEST})\)", text):
            return "decode"
    return ""


def _rank(text: str) -> str:
    ranks = (rank for pattern, rank in words.BLOCK_TABLE_RANKS if re.fullmatch(pattern, text))
    return f"{rank}-D" if (rank := next(ranks, 0)) else _NOT_TOLD


def _seq_idx(
    release: Release, kernel: Kernel, pointer: BlockPointer, form: Form
) -> Iterator[SourceFinding]:
    first, _, second = pointer.shape[-1].partition(" // ")
    wanted = words.ABSOLUTE if first == second else words.PER_PARTITION
    if form.form == wanted:
        return
    name, file = f"{TRITON}::{kernel.name}", form.where.rpartition(":")[0]
    for site in release.calls.sites:
        if site.operator != name or site.starts_in != file:
            continue
        if wanted == words.ABSOLUTE and form.form == words.PER_PARTITION:
            # With one partition both forms are the same.
            one = "self.block_size == self.max_model_len"
            if one in implied_conditions(release.file(file), site.assumptions.texts()):
                continue
        yield source_finding(
            Cause.FORM,
            f"{name}: seq_idx",
            f"the kernel reads seq_idx as ({', '.join(pointer.shape)})",
            form.form,
            wanted,
            where=f"{form.where} -> {site.where}, read at {kernel.file}:{pointer.line}",
            condition=form.condition,
        )


def _block_table(kernel: Kernel, pointer: BlockPointer, form: Form) -> Iterator[SourceFinding]:
    got, wanted = _rank(form.form), f"{len(pointer.shape)}-D"
    if got == wanted:
        return
    told = got != _NOT_TOLD
    yield source_finding(
        Cause.FORM if told else Cause.NOT_RESOLVED,
        f"{TRITON}::{kernel.name}: block_table",
        f"the kernel reads a {wanted} block table"
        if told
        else "the rank of the block table is not told by the syntax",
        got,
        wanted,
        where=f"{form.where}, read at {kernel.file}:{pointer.line}",
        condition=form.condition,
    )

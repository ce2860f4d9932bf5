"""What tells the operators apart: one line each. Contracts, references and scenes read it."""

from dataclasses import dataclass

from .names import FAMILY, WITH_SINKS

_NAIVE = ("seq_idx", "qk_scale", "block_table", "dummy")
_FLASH = ("qk_scale", "seq_idx", "block_table", "dummy0")
_WINDOW = ("cache_seq_len", "cache_offset", "qk_scale", "block_table", "dummy")
_SINKS = ("qk_scale", "seq_idx", "block_table", "sinks")


@dataclass(frozen=True)
class OperatorKind:
    """One operator: the shape of its calls."""

    name: str
    decode: bool
    """A batch of sequences with a table row each, instead of one sequence."""
    arguments: tuple[str, ...]
    """In the order of the schema, which differs between families."""
    partitioned: bool
    """Sequences lie in NP blocks, instead of one."""
    window: bool = False
    crossing: bool = False
    """A chunk of new tokens may lie across the border of two blocks."""

    @property
    def masked(self) -> bool:
        """A mask says who sees whom, instead of causality."""
        return "mask" in self.arguments

    @property
    def sinks(self) -> bool:
        return "sinks" in self.arguments

    @property
    def may_have_sinks(self) -> bool:
        """Sinks may be given behind the schema's arguments, which the vendor's operators lack."""
        return not self.masked and not self.sinks and (self.partitioned or self.window)

    @property
    def taken(self) -> tuple[str, ...]:
        """Everything that a call may pass, in order: the schema's arguments, then sinks."""
        return (*self.arguments, *(("sinks",) if self.may_have_sinks else ()))

    @property
    def several_tokens(self) -> bool:
        """A call may bring more than one token of a sequence."""
        return not (self.window and self.decode)


def _kind(name: str) -> OperatorKind:
    decode = name.endswith("decode")
    state = ("query", "key", "value", "kv_cache")
    if name.startswith("sliding_window"):
        return OperatorKind(name, decode, (*state, *_WINDOW), partitioned=False, window=True)
    if name in WITH_SINKS:
        return OperatorKind(name, decode, (*state, *_SINKS), partitioned=True, crossing=True)
    flash = name.startswith("flash")
    mask = () if "causal" in name else ("mask",)
    return OperatorKind(
        name, decode, (*state, *mask, *(_FLASH if flash else _NAIVE)), partitioned=flash
    )


KINDS: dict[str, OperatorKind] = {name: _kind(name) for name in (*FAMILY, *WITH_SINKS)}

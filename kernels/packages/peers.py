"""Peers that several operators have: torch as it is and compiled, and what packages release."""

from conformance.contract import Peer

MODES = ("default", "max-autotune-no-cudagraphs", "reduce-overhead")
"""Modes of ``torch.compile`` out of which the fastest counts."""
RELEASED = {"vllm": "0.32.0", "sglang": "0.5.23", "liger-kernel": "0.8.5"}
"""The releases that are measured."""


def compiled(subject: str) -> Peer:
    """A function in torch through ``torch.compile``."""
    return Peer("compiled", subject, "our torch implementation through torch.compile", modes=MODES)


def released(*packages: str) -> tuple[Peer, ...]:
    """What these packages ship."""
    return tuple(
        Peer(name, f"{name}=={RELEASED[name]}", f"the kernel that {name} {RELEASED[name]} ships")
        for name in packages
    )

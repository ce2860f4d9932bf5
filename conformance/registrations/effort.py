"""How much is asked of a registration."""

from dataclasses import dataclass

from conformance.events.request import Profile


@dataclass(frozen=True)
class Effort:
    """``examples`` calls are drawn beside the listed ones. ``backends`` compile every program;
    ``arithmetic`` also compiles one with arithmetic that inductor has to write kernels for."""

    examples: int = 8
    seed: int = 0
    backends: tuple[str, ...] = ("aot_eager", "inductor")
    arithmetic: bool = False

    @classmethod
    def of(cls, profile: Profile, seed: int) -> "Effort":
        """What a profile says: ``quick`` leaves inductor out, which takes seconds to start."""
        quick = profile.binaries == "none"
        return cls(
            max(2, profile.examples // 5),
            seed,
            ("aot_eager",) if quick else ("aot_eager", "inductor"),
            profile.binaries == "all",
        )

"""What a kernel needs of a GPU, as a line of text."""

from conformance.events.needs import KernelNeeds


def needs_line(needs: KernelNeeds) -> str:
    """One kernel on one GPU."""
    kernel = needs.kernel.rpartition(".")[2]
    asked = f"{needs.signatures} signature{'s' if needs.signatures != 1 else ''}"
    line = f"{kernel} for {needs.gpu}: the compiler was asked for {asked}"
    if not needs.binaries:
        return line
    return (
        f"{line}, {needs.binaries} built; at most {needs.registers} registers, "
        f"{needs.spills} spilled, {needs.shared} bytes of shared memory"
    )

"""Options that a launch takes besides the arguments of its kernel."""

from __future__ import annotations

from functools import cache

from conformance.triton_internals import backend_options

#: Options of any backend and release, whether or not its compiler is installed here.
_ALWAYS = frozenset(
    {
        "num_warps",
        "num_stages",
        "num_ctas",
        "maxnreg",
        "debug",
        "device",
        "device_type",
        "stream",
        "warmup",
        "pre_hook",
        "waves_per_eu",
        "matrix_instr_nonkdim",
        "kpack",
        "enable_fp_fusion",
        "launch_cooperative_grid",
        "launch_pdl",
        "sanitize_overflow",
        "extern_libs",
        "ir_override",
        "minRegAutoWS",
        "maxRegAutoWS",
        "instrumentation_mode",
        "cluster_dims",
        "ptx_version",
        "allow_fp8e4nv",
        "schedule_hint",
    }
)


@cache
def launch_options() -> frozenset[str]:
    """Keyword names that a compiled launch accepts besides the kernel's own parameters."""
    return _ALWAYS | backend_options()

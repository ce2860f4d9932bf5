"""What an import may change of torch, and of the libraries that compute beside it."""

import hashlib
import sys
from collections.abc import Callable
from typing import Any

import torch

from conformance.registrations.importing.python_state import Value, digest, named
from conformance.torch_dispatcher import changed_compiler_settings

_FLAGS: dict[str, Callable[[], Any]] = {
    "torch.default_dtype": torch.get_default_dtype,
    "torch.default_device": torch.get_default_device,
    "torch.grad_mode": torch.is_grad_enabled,
    "torch.inference_mode": torch.is_inference_mode_enabled,
    "torch.anomaly_mode": torch.is_anomaly_enabled,
    "torch.autocast": lambda: [torch.is_autocast_enabled(each) for each in ("cpu", "cuda")],
    "torch.deterministic": torch.are_deterministic_algorithms_enabled,
    "torch.deterministic_warn_only": torch.is_deterministic_algorithms_warn_only_enabled,
    "torch.float32_matmul_precision": torch.get_float32_matmul_precision,
    "torch.num_threads": torch.get_num_threads,
    "torch.num_interop_threads": torch.get_num_interop_threads,
    "torch.warn_always": torch.is_warn_always_enabled,
    "torch.flush_denormal": lambda: float(torch.tensor(1e-310, dtype=torch.float64) * 1.0) == 0.0,
    "torch.cudnn.enabled": lambda: torch.backends.cudnn.enabled,
    "torch.cudnn.benchmark": lambda: torch.backends.cudnn.benchmark,
    "torch.cudnn.deterministic": lambda: torch.backends.cudnn.deterministic,
    "torch.cudnn.allow_tf32": lambda: torch.backends.cudnn.allow_tf32,
    "torch.cuda.allow_tf32": lambda: torch.backends.cuda.matmul.allow_tf32,
    "torch.cuda.flash_sdp": torch.backends.cuda.flash_sdp_enabled,
    "torch.mkldnn.enabled": lambda: torch.backends.mkldnn.enabled,
    "torch.opt_einsum.enabled": lambda: torch.backends.opt_einsum.enabled,
    "torch.seed": torch.initial_seed,
}
_PATCHED = {
    "torch": torch,
    "torch.Tensor": torch.Tensor,
    "torch.nn.Module": torch.nn.Module,
    "torch.nn.functional": torch.nn.functional,
    "torch.autograd": torch.autograd,
    "torch.library": torch.library,
    "torch.compiler": torch.compiler,
}


def torch_state() -> dict[str, dict[str, Value]]:
    """The state of torch in this process by kind; see `python_state`."""
    found = {name: {"": Value(_said(read))} for name, read in _FLAGS.items()}
    found["torch.rng_state"] = {"": Value(_random(torch.get_rng_state()))}
    found["numpy.random.state"] = {"": Value(_of_numpy(lambda np: np.random.get_state()))}
    found["numpy.errors"] = {"": Value(_of_numpy(lambda np: np.geterr()))}
    settings = changed_compiler_settings()
    found["torch.compiler_settings"] = {name: Value(text) for name, text in settings.items()}
    found["torch.patched"] = {
        f"{owner}.{name}": value
        for owner, module in _PATCHED.items()
        for name, value in named(module).items()
    }
    return found


def _said(read: Callable[[], Any]) -> str:
    try:
        return str(read())
    except Exception as error:  # flags that contradict one another cannot be read
        return f"{type(error).__name__}: {error}"[:200]


def _random(state: torch.Tensor) -> str:
    return hashlib.sha256(bytes(state.tolist())).hexdigest()[:12]


def _of_numpy(read: Callable[[Any], Any]) -> str:
    numpy = sys.modules.get("numpy")
    return digest(repr(read(numpy))) if numpy is not None else ""

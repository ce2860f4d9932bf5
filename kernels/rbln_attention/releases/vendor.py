"""The vendor's operators out of a release of vllm-rbln, as subjects.

One file of the release is executed; neither the package `vllm_rbln` nor vLLM is imported. Where the
compiler `rebel` is installed the operators run on an NPU, elsewhere in the suite's emulation of it.
"""

import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from conformance.catalogue.devices import Device, DeviceUnavailable
from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.subjects.loaded import Loaded
from conformance.subjects.released import SubjectUnavailable
from conformance.vendors.rebel import install, is_real
from conformance.wheels.errors import CacheUnusable, ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.extract import extract_functions
from conformance.wheels.load import load_module
from conformance.wheels.unpack import unpack

from .released import (
    DISTRIBUTION,
    NAMESPACE,
    REFERENCE_FAMILIES,
    REFERENCES,
    RELEASES,
    References,
)

PHASES = ("prefill", "decode")

_loaded: dict[Path, Any] = {}
_release: list[str] = []


def load(operator: str, version: str) -> Loaded:
    """The operator of that name of a release; `version` "" means the installed package.

    Raises `SubjectNotFound` for a version that does not exist, `SubjectUnavailable` if the release
    does not hold the operator, cannot be fetched, is not installed, if `rebel` is installed
    and has no NPU, or if another release was loaded in this process (registering an operator again
    silently replaces it, also in what was handed out before), and `SubjectBroken` if the file
    cannot be executed or does not register the operator.
    """
    root, version = _installed() if not version else (None, version)
    file = _file_of(operator, version)
    _claim(version)
    root = root or fetched(version)
    device, execution = _device()
    path = root / file
    _release[:] = [version]
    function = _registered(path, operator)
    return Loaded(
        function,
        origin=str(path),
        device=device,
        execution=execution,
        sources=root,
    )


def load_reference(version: str) -> dict[str, Callable[..., Any]]:
    """The release's own torch references by operator, with the operators' arguments in order.

    They write to the cache. What they cannot do: flash_attention takes one sequence within its
    first partition; flash_causal_attention_naive_decode hides no key from a query before it;
    sequences give `seq_idx` by partition. Raises `SubjectNotFound` for a release whose references
    are not used here, and as `load`.
    """
    if version not in REFERENCES:
        raise SubjectNotFound(f"no references of {DISTRIBUTION} {version}; {', '.join(REFERENCES)}")
    _claim(version)
    root, place = fetched(version), REFERENCES[version]
    names = [f"{family}_naive_{phase}" for family in REFERENCE_FAMILIES for phase in PHASES]
    try:
        if root not in _loaded:
            _release[:] = [version]
            _loaded[root] = _reference_module(root, place, [f"{name}_impl" for name in names])
        return {name: getattr(_loaded[root], f"{name}_impl") for name in names}
    except CacheUnusable as error:
        raise SubjectUnavailable(f"{DISTRIBUTION} {version}: {error}") from error
    except Exception as error:
        raise SubjectBroken(f"{root / place.file}: {type(error).__name__}: {error}") from error


def _reference_module(root: Path, place: References, functions: list[str]) -> ModuleType:
    # With this setting off an operator computes; the package's own settings need the environment.
    settings = ModuleType("conformance_reference_settings")
    settings.VLLM_RBLN_COMPILE_MODEL = False  # type: ignore[attr-defined]
    sys.modules[settings.__name__] = settings
    utilities = load_module(root / place.utilities)
    replaced = {
        "vllm_rbln.rbln_envs": settings.__name__,
        "vllm_rbln.utils": utilities.__name__,
    }
    folder = root.parent / "extracted"
    return load_module(extract_functions(root / place.file, functions, folder, imports=replaced))


def fetched(version: str) -> Path:
    """The folder of a release's Python files. Raises `SubjectNotFound`, `SubjectUnavailable`."""
    try:
        return unpack(DISTRIBUTION, version)
    except ReleaseUnavailable as error:
        raise SubjectUnavailable(str(error)) from error
    except (ReleaseNotFound, ValueError) as error:
        raise SubjectNotFound(f"{DISTRIBUTION}=={version}: {error}") from error


def _installed() -> tuple[Path, str]:
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise SubjectUnavailable(f"{DISTRIBUTION} is not installed here") from None
    return Path(str(distribution.locate_file(""))), distribution.version


def _file_of(operator: str, version: str) -> str:
    family = operator.partition("_naive_")[0]
    having = [release for release, files in RELEASES.items() if family in files]
    if not having:
        raise SubjectNotFound(f"no release of {DISTRIBUTION} has an operator {operator}")
    if version not in RELEASES:
        raise SubjectNotFound(
            f"{DISTRIBUTION} {version} is no release with {operator}; {', '.join(having)} are"
        )
    if family not in RELEASES[version]:
        raise SubjectUnavailable(
            f"{DISTRIBUTION} {version} has no {operator}; {having[0]} to {having[-1]} have it"
        )
    return RELEASES[version][family]


def _claim(version: str) -> None:
    if _release and _release != [version]:
        raise SubjectUnavailable(
            f"{DISTRIBUTION} {_release[0]} is loaded in this process, where registering the"
            f" operators of {version} would silently replace its own: use another process"
        )


def _device() -> tuple[Device, str]:
    if is_real():
        from conformance.vendors.rebel.npu import RblnNPU

        try:
            return RblnNPU(), "device"
        except DeviceUnavailable as error:
            raise SubjectUnavailable(str(error)) from error
    from conformance.vendors.rebel.device import EmulatedRebel

    install()
    return EmulatedRebel(), "emulated"


def _registered(path: Path, operator: str) -> Callable[..., Any]:
    namespace = getattr(torch.ops, NAMESPACE)
    if path not in _loaded:
        if hasattr(namespace, operator):
            raise SubjectUnavailable(
                f"something else has registered {NAMESPACE}::{operator} in this process"
            )
        try:
            _loaded[path] = load_module(path)
        except CacheUnusable as error:
            raise SubjectUnavailable(str(error)) from error
        except Exception as error:
            raise SubjectBroken(f"{path}: {type(error).__name__}: {error}") from error
    try:
        return getattr(namespace, operator)
    except AttributeError:
        raise SubjectBroken(f"{path} registers no {NAMESPACE}::{operator}") from None

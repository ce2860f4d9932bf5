"""The packages of Hugging Face, which are optional and take seconds to import."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class PackageMissing(ImportError):
    """A package that models are built or run with is missing, or cannot be imported."""


def transformers() -> ModuleType:
    """The package transformers, told to stay off the network.

    Raises :class:`PackageMissing`, which says what to install or what is in the way.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        module = import_module("transformers")
        # The lazy module finds out only now whether what it imports fits together.
        _ = (module.AutoConfig, module.AutoModelForCausalLM)
        import_module("safetensors.torch")
    except ModuleNotFoundError as error:
        raise PackageMissing(
            f"models need the package {error.name}: pip install 'kernel-conformance[generate]'"
        ) from error
    except (ImportError, RuntimeError) as error:
        raise PackageMissing(f"transformers cannot be imported: {error}{_remedy(error)}") from error
    return module


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars of transformers while it loads or writes models of a few megabytes."""
    logging = transformers().utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _remedy(error: BaseException) -> str:
    if "torchvision" not in str(error):
        return ""
    return (
        "\n  torchvision does not fit the installed torch (PyPI's build wants CUDA), and"
        " transformers imports it if it is there: pip uninstall torchvision torchaudio torchcodec"
    )

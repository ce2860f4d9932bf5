"""Whether a folder of the user's is a checkpoint, and what it lacks if it is none."""

from pathlib import Path

from conformance.policy.reading import MIB, parse_json, read_text

_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")


def check_folder(folder: Path) -> None:
    """Raise ``ValueError`` with everything that a folder lacks to be a checkpoint.

    Weights must be safetensors: a pickle runs code when it is loaded.
    """
    if not folder.is_dir():
        what = "no folder" if folder.exists() else "not there"
        raise ValueError(f"{folder} is no checkpoint: it is {what}")
    lacks = [*_configuration(folder), *_weights(folder)]
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        lacks.append(f"a tokenizer ({', '.join(_TOKENIZERS)})")
    if lacks:
        raise ValueError(f"{folder} is no checkpoint: it lacks {'; '.join(lacks)}")


def _configuration(folder: Path) -> list[str]:
    try:
        config = parse_json(read_text(folder / "config.json", 16 * MIB))
    except FileNotFoundError:
        return ["config.json"]
    except (OSError, ValueError) as error:
        return [f"a config.json that can be read ({error})"]
    if not isinstance(config, dict) or not config.get("model_type"):
        return ["a model_type in config.json"]
    return []


def _weights(folder: Path) -> list[str]:
    whole, index = (folder / name for name in _WEIGHTS)
    if whole.is_file():
        return []
    if not index.is_file():
        pickled = sorted(path.name for path in folder.glob("*.bin"))
        refused = f"; {pickled[0]} is a pickle, which is not loaded" if pickled else ""
        return [f"weights ({' or '.join(_WEIGHTS)}{refused})"]
    try:
        parts = set(parse_json(read_text(index, 64 * MIB))["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"an index of its weights that can be read ({error!r})"]
    missing = sorted(str(part) for part in parts if not (folder / str(part)).is_file())
    return [f"{len(missing)} files of weights, {missing[0]} the first"] if missing else []

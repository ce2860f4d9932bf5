"""Checkpoints by name: built once, kept in the cache, put in place whole."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

from conformance.generation.models.build import BUILDER, build
from conformance.generation.models.folder import check_folder
from conformance.generation.models.installed import transformers
from conformance.generation.models.recipe import Recipe, recipe, recipe_names
from conformance.policy.cache_folder import cache_root
from conformance.policy.locking import locked

BUILD_SECONDS = 300.0
"""How long to wait for other processes that build; one model takes seconds."""
_FILES = "conformance-files.json"
"""Names a checkpoint's files with their hashes; written last."""


def checkpoint(name: str, cache: Path | None = None) -> Path:
    """The folder of the checkpoint of a recipe; it is built if the cache has none.

    Raises ``ValueError`` for an unknown name, ``PackageMissing``, and ``OSError`` if the cache
    cannot be written to.
    """
    return checkpoint_of(recipe(name), cache)


def model_for(name_or_path: str, cache: Path | None = None) -> Path:
    """The folder of a model: of a recipe's checkpoint, or of a checkpoint of the user's.

    Raises ``ValueError`` for what is neither; it says what the folder lacks.
    """
    if name_or_path in recipe_names():
        return checkpoint(name_or_path, cache)
    folder = Path(name_or_path).expanduser()
    if "/" not in name_or_path and not folder.exists():
        recipe(name_or_path)  # raises, and knows the nearest name
    check_folder(folder)
    return folder.resolve()


def checkpoint_of(wanted: Recipe, cache: Path | None = None) -> Path:
    """As :func:`checkpoint`, of a recipe of the caller's."""
    models = cache_root(cache) / "models"
    folder = models / f"{wanted.name}-{_key(wanted)}"
    if _is_intact(folder):
        return folder
    transformers()
    models.mkdir(parents=True, exist_ok=True)
    with locked(models, BUILD_SECONDS):
        if not _is_intact(folder):
            _build_in_place(wanted, folder)
    return folder


def _key(wanted: Recipe) -> str:
    made_with = [wanted.hash, BUILDER, version("transformers")]
    return hashlib.sha256(json.dumps(made_with).encode()).hexdigest()[:16]


def _build_in_place(wanted: Recipe, folder: Path) -> None:
    scratch = folder.with_name(f".building-{token_hex(8)}")
    try:
        build(wanted, scratch)
        hashes = _hashes(scratch)
        (scratch / _FILES).write_text(json.dumps(hashes), encoding="utf-8")
        for name in hashes:  # safetensors writes what only its owner may read
            (scratch / name).chmod((scratch / _FILES).stat().st_mode & 0o777)
        if folder.exists():  # what is left of one that was damaged
            shutil.rmtree(folder)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.iterdir() if path.name != _FILES)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _is_intact(folder: Path) -> bool:
    try:
        known = json.loads((folder / _FILES).read_text(encoding="utf-8"))
        return bool(known == _hashes(folder))
    except (OSError, ValueError):
        return False

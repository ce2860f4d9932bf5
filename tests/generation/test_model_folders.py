"""A user's own checkpoint is taken, or refused with what it lacks, without any package."""

import json
import subprocess
import sys

import pytest

from conformance.generation.models.checkpoints import model_for


@pytest.fixture
def folder(tmp_path):
    """What looks like a checkpoint."""
    (tmp_path / "config.json").write_text('{"model_type": "qwen3"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "tokenizer.json").write_text("{}")
    return tmp_path


def test_a_checkpoint_of_the_users_is_taken(folder):
    assert model_for(str(folder)) == folder


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("config.json", "it lacks config.json"),
        ("model.safetensors", r"it lacks weights \(model.safetensors or"),
        ("tokenizer.json", r"it lacks a tokenizer \(tokenizer.json,"),
    ],
)
def test_a_folder_that_lacks_a_file_is_refused_with_its_name(folder, file, told):
    (folder / file).unlink()
    with pytest.raises(ValueError, match=f"is no checkpoint: {told}"):
        model_for(str(folder))


def test_everything_that_is_lacking_is_told_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"config.json; weights .*; a tokenizer"):
        model_for(str(tmp_path))


def test_pickled_weights_are_no_weights(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"pytorch_model.bin is a pickle, which is not loaded"):
        model_for(str(folder))


def test_a_part_of_the_weights_that_is_missing_is_named(folder):
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-1.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match=r"1 files of weights, model-2.safetensors the first"):
        model_for(str(folder))


@pytest.mark.parametrize(
    ("text", "told"),
    [("[1]", "a model_type in config.json"), ("{", "config.json that can be read")],
)
def test_a_configuration_that_is_none_is_told(folder, text, told):
    (folder / "config.json").write_text(text)
    with pytest.raises(ValueError, match=told):
        model_for(str(folder))


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    with pytest.raises(ValueError, match="is no checkpoint: it is not there"):
        model_for(str(tmp_path / "nothing"))


def test_a_misspelt_recipe_is_told_with_the_nearest():
    with pytest.raises(ValueError, match=r"no recipe 'gema4'; known: gemma4, .*gemma4"):
        model_for("gema4")


def test_naming_models_imports_no_package_of_hugging_face():
    code = (
        "import sys\n"
        "from conformance.generation.models.checkpoints import model_for\n"
        "from conformance.generation.models import goldens, margins, oracle\n"
        "print([n for n in ('transformers', 'safetensors', 'tokenizers') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_missing_package_is_told_with_what_to_install(monkeypatch, tmp_path):
    from conformance.generation.models.checkpoints import checkpoint
    from conformance.generation.models.installed import PackageMissing

    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setattr(
        "conformance.generation.models.checkpoints.version", lambda package: "5.0.0"
    )
    with pytest.raises(PackageMissing, match=r"pip install 'kernel-conformance\[generate\]'"):
        checkpoint("qwen3", tmp_path)

"""Checkpoints are built once, are whole, and have the same bits in every process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from conformance.generation.models.checkpoints import checkpoint, model_for
from conformance.generation.models.recipe import recipe, recipe_names

BUILD = (
    "import sys; from pathlib import Path\n"
    "from conformance.generation.models.checkpoints import checkpoint\n"
    "print(checkpoint(sys.argv[1], Path(sys.argv[2])))"
)


def built(name: str, cache: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, name, str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("name", recipe_names())
def test_a_checkpoint_is_a_whole_folder_that_the_suite_takes(name, tmp_path):
    folder = checkpoint(name, tmp_path)
    assert model_for(str(folder)) == folder.resolve()
    files = {path.name for path in folder.iterdir()}
    assert {"config.json", "generation_config.json", "model.safetensors"} < files
    assert {"tokenizer.json", "tokenizer_config.json"} < files
    config = json.loads((folder / "config.json").read_text())
    assert config["model_type"] == recipe(name).config["model_type"]
    assert config["tie_word_embeddings"] is False


def test_two_processes_at_once_build_one_checkpoint_of_the_same_bits(tmp_path):
    running = [built("gemma4", tmp_path) for _ in range(2)]
    answers = [each.communicate(timeout=120) for each in running]
    assert [each.returncode for each in running] == [0, 0], answers
    (folder,) = {Path(out.strip()) for out, _ in answers}
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]
    torch.manual_seed(12345)  # what else was drawn in a process changes nothing
    torch.rand(7)
    again = checkpoint("gemma4", tmp_path / "again")
    assert again != folder
    for file in folder.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_a_checkpoint_is_not_built_twice(tmp_path, monkeypatch):
    checkpoint("qwen3", tmp_path)
    monkeypatch.setattr(
        "conformance.generation.models.checkpoints.build",
        lambda *_: pytest.fail("the checkpoint was there already"),
    )
    checkpoint("qwen3", tmp_path)


def test_building_leaves_torchs_generator_alone(tmp_path):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    checkpoint("qwen3", tmp_path)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_a_damaged_checkpoint_is_built_again(tmp_path, damage):
    folder = checkpoint("qwen3", tmp_path)
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    if damage == "cut":
        weights.write_bytes(whole[:-100])
    else:
        weights.unlink()
    assert checkpoint("qwen3", tmp_path) == folder
    assert weights.read_bytes() == whole


def test_nothing_is_left_behind_when_building_fails(tmp_path, monkeypatch):
    def fails(folder):
        raise OSError("disk full")

    monkeypatch.setattr("conformance.generation.models.build.save_tokenizer", fails)
    with pytest.raises(OSError, match="disk full"):
        checkpoint("qwen3", tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


def test_everything_of_the_vocabulary_has_a_text_that_the_tokenizer_reads_back(tmp_path):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint("qwen3", tmp_path))
    assert len(tokenizer) == recipe("qwen3").config["vocab_size"]
    text = "Any text: ünïcode, 数字, and\nlines."
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert all(isinstance(tokenizer.decode([token]), str) for token in range(len(tokenizer)))

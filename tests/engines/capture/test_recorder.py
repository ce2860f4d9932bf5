"""An engine's calls are kept evenly, within limits, as the operator finds them, without prompts."""

import json
from collections import Counter

import pytest
import torch

from conformance.capture.file import tensors_of
from conformance.capture.folder import captured_calls
from conformance.capture.limits import Limits
from conformance.capture.recorder import OF_PROMPTS, Recorder

from .calls import routing


def test_a_call_is_kept_with_its_arguments_in_order_and_its_place(tmp_path):
    call = routing()
    assert Recorder(tmp_path).record("gemma4_routing", call, "decode", layer=2, step=5)
    (file,) = captured_calls(tmp_path).files
    assert (file.call.operator, file.call.phase) == ("gemma4_routing", "decode")
    assert (file.call.layer, file.call.step) == (2, 5)
    assert list(file.call.arguments) == ["gating", "topk", "per_expert_scale"]
    assert file.call.arguments["topk"] == 2
    kept = tensors_of(file)
    assert torch.equal(kept["gating"], call["gating"])


def test_a_state_is_kept_as_the_call_finds_it(tmp_path):
    state = torch.arange(6.0)
    Recorder(tmp_path).record("op", {"state": state})
    state.fill_(7)
    (file,) = captured_calls(tmp_path).files
    assert torch.equal(tensors_of(file)["state"], torch.arange(6.0))


def test_layouts_are_told_and_memory_that_is_not_read_is_not_kept(tmp_path):
    pool = torch.arange(1000.0).reshape(10, 100)
    tensors = {"turned": pool[:, :3].t(), "one": pool[:1, :4].expand(5, 4), "few": pool[::2, 7]}
    tensors["overlapping"] = pool.flatten().unfold(0, 4, 1)[:5]
    Recorder(tmp_path).record("op", tensors)
    (file,) = captured_calls(tmp_path).files
    strides = {name: told.strides for name, told in file.call.tensors.items()}
    assert strides == {"turned": (1, 100), "one": (0, 1), "few": (200,), "overlapping": (4, 1)}
    assert file.path.stat().st_size < 2000
    for name, tensor in tensors_of(file).items():
        assert torch.equal(tensor, tensors[name])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float8_e4m3fn, torch.int64, torch.bool])
def test_every_dtype_keeps_its_bits(tmp_path, dtype):
    tensor = torch.tensor([0, 1, 1, 0]).to(dtype)
    Recorder(tmp_path).record("op", {"x": tensor})
    (file,) = captured_calls(tmp_path).files
    assert torch.equal(tensors_of(file)["x"].view(torch.uint8), tensor.view(torch.uint8))


def test_no_prompts_are_kept(tmp_path):
    recorder = Recorder(tmp_path)
    for name in sorted(OF_PROMPTS):
        assert not recorder.record("op", {"x": torch.ones(2), name: torch.ones(2)})
    assert not recorder.record("op", {"x": torch.ones(2), "word": "what is a prompt?"})
    assert list(tmp_path.iterdir()) == []
    assert recorder.left_out["op: token_ids would tell prompts"] == 1
    assert recorder.left_out["op: word is a str that is no number and no word"] == 1


def test_calls_are_spread_evenly_over_phases_and_layers(tmp_path):
    recorder = Recorder(tmp_path, Limits(calls=12))
    for step in range(20):
        for layer in range(3):
            phase = "prefill" if step < 10 else "decode"
            recorder.record("op", {"x": torch.tensor([step, layer])}, phase, layer, step)
    kept = Counter((file.call.phase, file.call.layer) for file in captured_calls(tmp_path).files)
    assert kept == {(phase, layer): 2 for phase in ("prefill", "decode") for layer in range(3)}


def test_each_operator_has_its_own_number_of_calls(tmp_path):
    recorder = Recorder(tmp_path, Limits(calls=3))
    for number in range(10):
        for operator in ("a", "b"):
            recorder.record(operator, {"x": torch.tensor([number])})
    assert Counter(f.call.operator for f in captured_calls(tmp_path).files) == {"a": 3, "b": 3}


def test_a_call_that_is_made_twice_is_kept_once(tmp_path):
    recorder = Recorder(tmp_path)
    assert recorder.record("op", {"x": torch.ones(3)}, "decode", 0)
    assert not recorder.record("op", {"x": torch.ones(3)}, "decode", 0)
    assert len(captured_calls(tmp_path).files) == 1


def test_a_tensor_that_is_too_large_is_left_out_and_counted(tmp_path):
    recorder = Recorder(tmp_path, Limits(tensor_bytes=100))
    assert not recorder.record("op", {"x": torch.ones(26)})
    assert recorder.left_out == {"op: x has 104 bytes, 100 are the limit": 1}
    assert recorder.record("op", {"x": torch.ones(25)})


def test_a_folder_has_a_size_that_files_of_others_count_to(tmp_path):
    Recorder(tmp_path).record("op", {"x": torch.zeros(1000)})
    recorder = Recorder(tmp_path, Limits(folder_bytes=10_000))
    kept = [recorder.record("op", {"x": torch.full((1000,), float(n))}) for n in range(1, 4)]
    assert kept == [True, False, False]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000


@pytest.mark.parametrize("value", [torch.empty(2, device="meta"), [1], float("nan"), object()])
def test_what_cannot_be_kept_is_counted_and_raises_nothing(tmp_path, value):
    recorder = Recorder(tmp_path)
    assert not recorder.record("op", {"x": value})
    assert sum(recorder.left_out.values()) == 1 and not recorder.trouble


def test_a_folder_that_cannot_be_written_ends_the_recording_and_not_the_engine(tmp_path):
    (tmp_path / "file").write_text("")
    recorder = Recorder(tmp_path / "file" / "below")
    assert not recorder.record("op", {"x": torch.ones(1)})
    assert recorder.trouble.startswith("nothing more is captured: ")
    assert not recorder.record("op", {"x": torch.ones(2)})


def test_a_file_holds_nothing_but_tensors_and_what_the_call_says(tmp_path):
    from safetensors import safe_open

    Recorder(tmp_path).record("gemma4_routing", routing(), "prefill", 0, 1)
    (path,) = tmp_path.iterdir()
    with safe_open(path, "pt") as file:
        assert sorted(file.keys()) == ["gating", "per_expert_scale"]
        (key,) = file.metadata()
        said = json.loads(file.metadata()[key])
    assert set(said) == {"format", "operator", "phase", "layer", "step", "arguments"}

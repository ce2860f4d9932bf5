"""Files of strangers: no code of theirs is run, nothing is made before its size is known."""

import json
import os
import pickle
import struct

import pytest
import torch
from safetensors.torch import save

from conformance.capture.call import Call, CaptureError, TensorOf
from conformance.capture.file import packed, read_captured, tensors_of
from conformance.capture.folder import captured_calls
from conformance.capture.limits import FILE, FILES, HEADER

X = torch.ones(2, 3)
TOLD = TensorOf("float32", (2, 3), (3, 1))


def refused(path, told):
    with pytest.raises(CaptureError, match=told) as error:
        read_captured(path)
    assert str(path) in str(error.value)


def with_header(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "too short"),
        (b"1234567", "too short"),
        (struct.pack("<Q", 1 << 62) + b"{}", "its header has 4611686018427387904 bytes"),
        (struct.pack("<Q", HEADER + 1) + b" " * (HEADER + 8), "its header has"),
        (with_header(b"[]"), "its header is no JSON object"),
        (with_header(b"{"), "holds no captured call"),
        (with_header(b"\xff\xfe"), "holds no captured call"),
        (with_header(b"[" * 100_000), "nests too deeply"),
        (with_header(b"{}"), "does not say which call"),
        (save({"x": X}), "does not say which call"),
        (save({"x": X}, {"conformance": "{}"}), "not of format 1"),
        (packed(Call("op", {}), {"x": X}), "its tensors are not those of the call"),
        (packed(Call("op", {"y": TOLD}), {"x": X}), "its tensors are not those of the call"),
        (
            packed(Call("op", {"x": TensorOf("float32", (3, 2), (2, 1))}), {"x": X}),
            "x is stored in another shape",
        ),
        (
            packed(Call("op", {"x": TensorOf("float32", (2, 3), (1 << 39, 1))}), {"x": X}),
            "x would take the memory of 549755813891 elements",
        ),
        (pickle.dumps(os.getcwd), "holds no captured call"),
    ],
)
def test_a_file_that_holds_no_captured_call_is_refused_with_the_reason(tmp_path, data, told):
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    refused(path, told)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.truncate(FILE + 1)
    refused(path, f"more than {FILE} bytes")


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_never_waited_for(tmp_path, make):
    path = tmp_path / "x.safetensors"
    make(path)
    refused(path, r"this is no file|Is a directory")


def test_tensors_beyond_the_end_of_a_file_are_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(packed(Call("op", {"x": TOLD}), {"x": X})[:-4])
    with pytest.raises(CaptureError, match="holds no captured call"):
        tensors_of(read_captured(path))


def test_a_dtype_that_is_not_the_one_that_is_stored_is_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(packed(Call("op", {"x": TensorOf("int32", (2, 3), (3, 1))}), {"x": X}))
    with pytest.raises(CaptureError, match="x is not what the file says it is"):
        tensors_of(read_captured(path))


def test_a_file_that_changes_after_it_was_read_is_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(packed(Call("op", {"x": TOLD}), {"x": X}))
    file = read_captured(path)
    path.write_bytes(packed(Call("op", {"x": TOLD}), {"x": X + 1}))
    with pytest.raises(CaptureError, match="has changed since it was read"):
        tensors_of(file)


def test_a_folder_is_read_in_the_order_of_names_and_the_same_call_twice_is_one(tmp_path):
    for name, operator in (("b", "two"), ("a", "one"), ("c", "one")):
        (tmp_path / f"{name}.safetensors").write_bytes(
            packed(Call(operator, {"x": TOLD}), {"x": X})
        )
    (tmp_path / "notes.txt").write_text(json.dumps("not read"))
    calls = captured_calls(tmp_path)
    assert [file.path.name for file in calls.files] == ["a.safetensors", "b.safetensors"]
    assert calls.operators == ("one", "two")
    (one,) = calls.of("one")
    assert calls.find(one.digest) == one and calls.find("0" * 16) is None


def test_a_folder_with_too_many_files_is_refused(tmp_path):
    for number in range(FILES + 1):
        (tmp_path / f"{number}.safetensors").touch()
    with pytest.raises(CaptureError, match=f"more than {FILES} captured calls"):
        captured_calls(tmp_path)

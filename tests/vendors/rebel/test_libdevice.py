"""The functions of libdevice, each by what it owes."""

import pytest
import torch
from rebel.triton import language as tl
from rebel.triton.language.extra.rbln import libdevice as rblib

from conformance.vendors.rebel import UnsupportedFeature
from conformance.vendors.rebel.watching import report

from .kernels import append, run, values

NAN = float("nan")


def T(data):
    return tl.tensor(torch.as_tensor(data))


def index(lengths, at=0):
    """A pointer to one element of a row of index values, inside a kernel."""
    count = lengths.tensor.shape[-1]
    return tl.make_block_ptr(lengths, (1, count), (count, 1), (0, at), (1, 1), (1, 0))


def rows(cache, P, D):
    return tl.make_block_ptr(cache, (P, D), (D, 1), (0, 0), (P, D), (1, 0))


def appended(lengths, new=1, dtype=torch.int32, **session):
    cache = torch.zeros(len(lengths), 4, 2)
    fresh = torch.arange(1.0, new + 1)[:, None].expand(new, 2)
    held = torch.tensor([lengths], dtype=dtype)
    result = run(append.fn, fresh, cache, held, new, len(lengths), 4, 2, **session)
    return cache[..., 0].tolist(), result.violations


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int32])
@pytest.mark.parametrize(
    ("lengths", "where"),
    [([0, 0, 0], (0, 0)), ([3, 0, 0], (0, 3)), ([4, 0, 0], (1, 0)), ([4, 1, 0], (1, 1)),
     ([4, 4, 0], (2, 0)), ([4, 4, 3], (2, 3)), ([2], (0, 2))],
)  # fmt: skip
def test_new_rows_go_to_the_first_partition_that_is_not_full(lengths, where, dtype):
    cache, violations = appended(lengths, dtype=dtype)
    want = [[0.0] * 4 for _ in lengths]
    want[where[0]][where[1]] = 1.0
    assert cache == want and violations == ()


def test_rows_beyond_the_partition_are_dropped_and_recorded():
    cache, violations = appended([3, 0], new=2)
    assert cache == [[0, 0, 0, 1], [0] * 4]
    assert [(v.kind, v.argument) for v in violations] == [
        (report.INSERT_BEYOND, "lengths"),
        (report.STORE_BEYOND, "cache"),
    ]


def test_a_full_last_partition_is_no_place_for_new_rows():
    cache, violations = appended([4, 4])
    assert cache == [[0] * 4] * 2
    assert {v.kind for v in violations} == {report.INSERT_BEYOND, report.STORE_BEYOND}


def test_rows_that_are_not_delivered_hold_what_the_session_says():
    def body(cache, out, lengths):
        start = rblib.to_dynamic_index(index(lengths))
        tl.store(rows(out, 4, 2), rblib.dynamic_load(rows(cache, 4, 2), 0, start))

    for rest in (0.0, NAN):
        out = torch.full((4, 2), -1.0)
        session = run(body, values(4, 2), out, torch.tensor([[3]]).short(), rest=rest)
        assert torch.equal(out[:3], values(4, 2)[:3]) and session.violations == ()
        torch.testing.assert_close(out[3], torch.full((2,), rest), equal_nan=True)


def test_a_load_without_a_length_is_whole():
    def body(cache, out):
        rblib.dynamic_store(rows(out, 4, 2), rblib.dynamic_load(rows(cache, 4, 2)))

    out = torch.zeros(4, 2)
    run(body, values(4, 2), out)
    assert torch.equal(out, values(4, 2))


@pytest.mark.parametrize(("count", "recorded"), [(4, 0), (5, 1), (-1, 1)])
def test_loads_stay_within_the_block(count, recorded):
    def body(cache, COUNT):
        rblib.dynamic_load(rows(cache, 4, 2), 0, COUNT)

    found = run(body, values(4, 2), count).violations
    assert [v.kind for v in found] == [report.LOAD_BEYOND] * recorded


def test_a_store_leaves_the_other_rows_alone():
    def body(cache):
        rblib.dynamic_store(rows(cache, 4, 2), tl.zeros([4, 2], dtype=tl.float32), 0, 2)

    cache = torch.ones(4, 2)
    run(body, cache)
    assert cache[:, 0].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("dtype", "name"), [(torch.int64, "i64"), (torch.float32, "f32"), (torch.bool, "i1")]
)
def test_other_index_types_are_refused_as_by_the_compiler(dtype, name):
    message = rf"must be .*32-bit signless integer.*got tensor<1x1x{name}> \(lengths\)"
    with pytest.raises(TypeError, match=message):
        appended([1], dtype=dtype)


@pytest.mark.parametrize(("value", "recorded"), [(0, 0), (4, 0), (5, 1), (-1, 1)])
def test_an_index_outside_its_range_is_recorded(value, recorded):
    def body(lengths):
        rblib.to_dynamic_index(index(lengths), 4)

    found = run(body, torch.tensor([[value]], dtype=torch.int32)).violations
    assert [v.kind for v in found] == [report.INDEX_RANGE] * recorded
    assert all(f"the index is {value}, its maximum is 4" in str(v) for v in found)


def test_an_index_has_one_element():
    def body(lengths):
        rblib.to_dynamic_index(tl.make_block_ptr(lengths, (2,), (1,), (0,), (2,), (0,)))

    with pytest.raises(ValueError, match="want one element"):
        run(body, torch.zeros(2, dtype=torch.int32))


def test_indices_are_no_values_to_branch_on():
    def body(lengths):
        if rblib.to_dynamic_index(index(lengths)):
            pass

    with pytest.raises(UnsupportedFeature, match="branch on the value of a dynamic index"):
        run(body, torch.ones(1, 1, dtype=torch.int32))


def test_a_partition_of_unknown_size_is_not_guessed():
    def body(lengths):
        rblib.partition_skip(rblib.to_dynamic_index(index(lengths, 1)))

    with pytest.raises(UnsupportedFeature, match="no maximum and was not used before"):
        run(body, torch.zeros(1, 2, dtype=torch.int32))


def test_insert_puts_rows_at_the_index():
    data = rblib.insert(T(torch.zeros(1, 5, 2)), T(torch.ones(1, 2, 2)), 1, 2)
    assert data.data[0, :, 0].tolist() == [0, 0, 1, 1, 0]


@pytest.mark.parametrize("start", [0, 1, 3])
def test_a_window_takes_new_rows_and_keeps_the_last(start):
    window, new = torch.arange(1.0, 4)[:, None], torch.tensor([[8.0], [9.0]])
    whole = rblib.window_insert(T(window), T(new), 0, start)
    held = [*window[:start, 0].tolist(), 8, 9]
    assert whole.data[:, 0].tolist() == held + [0] * (3 - start)
    last = rblib.window_slice(whole, start + 2, 0, 3).data[:, 0].tolist()
    assert last == (held[-3:] + [0] * 3)[:3]


@pytest.mark.parametrize(
    "statement",
    [
        lambda w: rblib.window_insert(w, w, 0, 4),
        lambda w: rblib.window_slice(w, 4, 0, 2),
        lambda w: rblib.insert(w, w, 0, 1),
    ],
)
def test_rows_beyond_a_window_are_recorded(statement):
    def body(x):
        statement(T(torch.zeros(3, 1)))

    assert [v.kind for v in run(body, values(1)).violations] == [report.INSERT_BEYOND]


def test_padding():
    padded = rblib.nn_pad(T(torch.ones(1, 2)), 7.0, 1, (1, 2), "constant").data
    assert padded.tolist() == [[7, 1, 1, 7, 7]]
    with pytest.raises(UnsupportedFeature, match="mode 'reflect'"):
        rblib.nn_pad(T(torch.ones(1, 2)), 7.0, 1, (1, 2), "reflect")


LOGITS = torch.linspace(-2, 3, 2 * 3 * 6).view(1, 2, 3, 6)


def softmax(visible):
    return torch.softmax(LOGITS.masked_fill(~visible, float("-inf")), -1)


def test_softmax_over_a_mask():
    mask = torch.ones(1, 1, 3, 6)
    mask[..., 0, 2:] = mask[..., 2, 1] = 0
    got = rblib.masked_softmax(T(LOGITS), T(mask)).data
    assert torch.equal(got, softmax(mask > 0))
    assert torch.equal(rblib.softmax(T(LOGITS), 3).data, torch.softmax(LOGITS, 3))


@pytest.mark.parametrize("start", [0, 2, 3])
def test_softmax_over_the_keys_so_far(start):
    visible = torch.ones(3, 6, dtype=torch.bool).tril(start)
    assert torch.equal(rblib.dynamic_masked_softmax(T(LOGITS), start).data, softmax(visible))


@pytest.mark.parametrize(("start", "window"), [(0, 2), (3, 3), (3, 1), (2, 6)])
def test_softmax_over_a_window_includes_the_token_itself(start, window):
    visible = torch.zeros(3, 6, dtype=torch.bool)
    for row in range(3):
        visible[row, max(0, start + row - window + 1) : start + row + 1] = True
    got = rblib.window_softmax(T(LOGITS), start, window_size=window).data
    assert torch.equal(got, softmax(visible))


@pytest.mark.parametrize("causal", [True, False])
def test_tiles_put_together_are_one_softmax(causal):
    parts = LOGITS.split(2, -1)
    visible = torch.ones(3, 6, dtype=torch.bool).tril(2)
    values_ = torch.randn(1, 2, 6, 4)
    total = out = largest = None
    for at, logits in enumerate(parts):
        shown = visible[:, 2 * at : 2 * at + 2]
        if causal:
            tile = rblib.dynamic_flash_attn_tile(T(logits), 2 - 2 * at, largest)
        else:
            tile = rblib.flash_attn_tile(T(logits), T(shown[None, None].float()), largest)
        new, weights, added = tile
        part = tl.dot(weights, T(values_[:, :, 2 * at : 2 * at + 2]))
        if largest is None:
            total, out = added, part
        else:
            total, out = rblib.flash_attn_recompute(largest, new, total, added, out, part)
        largest = new
    torch.testing.assert_close((out / total).data, softmax(visible) @ values_)


def test_a_tile_that_shows_nothing_counts_nothing():
    nothing = torch.zeros(1, 1, 3, 6)
    first, weights, added = rblib.flash_attn_tile(T(LOGITS), T(nothing))
    assert not weights.data.any() and not added.data.any() and first.data.isinf().all()
    second, weights, _ = rblib.flash_attn_tile(T(LOGITS), T(nothing), T(torch.ones(1, 2, 3, 1)))
    assert (second.data == 1).all() and not weights.data.any()


@pytest.mark.parametrize("name", ["gelu", "paged_attention"])
def test_unknown_functions_are_refused_by_name(name):
    with pytest.raises(UnsupportedFeature, match=f"extra.rbln.libdevice.{name}"):
        getattr(rblib, name)


def test_the_last_axis_is_padded_to_a_multiple_of_64():
    aligned = torch.ones(2, 128)
    assert rblib.align_tensor_last_dim_to_64(aligned) is aligned
    padded = rblib.align_tensor_last_dim_to_64(torch.ones(2, 80))
    assert padded.shape == (2, 128) and padded[:, 80:].eq(0).all() and padded[:, :80].eq(1).all()

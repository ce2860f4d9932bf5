"""The toy operator with one thing wrong with it each."""

import torch

from .toy import append, refuse_wrong_calls


def doubled(query, new, pool, held, ends, table, scale, dummy):
    """Answers wrongly, but writes what it owes."""
    return append(query, new, pool, held, ends, table, scale, dummy) * 2


def overrunning(query, new, pool, held, ends, table, scale, dummy):
    """Clears one slot more than it has rows for, if the block has one."""
    total = append(query, new, pool, held, ends, table, scale, dummy)
    for block, end in zip(table.tolist(), ends.tolist(), strict=True):
        pool[block, :, end : end + 1] = 0
    return total


def forgetful(query, new, pool, held, ends, table, scale, dummy):
    """Leaves the pool as it was."""
    return append(query, new, pool.clone(), held, ends, table, scale, dummy)


def truncating(query, new, pool, held, ends, table, scale, dummy):
    """Rounds new rows towards zero."""
    down = new.to(pool.dtype)
    over = down.double().abs() > new.double().abs()
    down = torch.where(over, torch.nextafter(down, torch.zeros_like(down)), down)
    return append(query, down.to(new.dtype), pool, held, ends, table, scale, dummy)


def starting_late(query, new, pool, held, ends, table, scale, dummy):
    """Takes a sequence that holds nothing for one that holds a row."""
    total = append(query, new, pool, held, ends, table, scale, dummy)
    return torch.where((held == 0)[:, None], total + 1, total)


def without_padding(query, new, pool, held, ends, table, scale, dummy):
    """Knows no rows without a sequence."""
    if bool((table == 0).any()):
        raise IndexError("no block")
    return append(query, new, pool, held, ends, table, scale, dummy)


def weighing(query, new, pool, held, ends, table, scale, dummy):
    """Sums up whole blocks, with weight zero for what nobody wrote."""
    append(query, new, pool, held, ends, table, scale, dummy)
    weights = (torch.arange(pool.shape[2]) < ends[:, None]).double()
    rows = pool[table.long()].double() * weights[:, None, :, None]
    return (query.double() + scale * rows.sum((1, 2))).to(query.dtype)


class Counting:
    """Counts itself how much a pool holds, a row for each call."""

    def __init__(self):
        self.pool, self.calls = None, 0

    def __call__(self, query, new, pool, held, ends, table, scale, dummy):
        if pool is not self.pool:
            self.pool, self.calls = pool, 0
        late = self.calls * (new.shape[2] - 1)
        self.calls += 1
        return append(query, new, pool, held - late, ends - late, table, scale, dummy)


def only_contiguous(query, new, pool, held, ends, table, scale, dummy):
    """Refuses new rows that are not dense."""
    if not new.is_contiguous():
        raise ValueError("new rows must be dense")
    return append(query, new, pool, held, ends, table, scale, dummy)


def ignoring_strides(query, new, pool, held, ends, table, scale, dummy):
    """Reads new rows as if they were dense."""
    dense = torch.as_strided(new, new.shape, torch.empty(new.shape).stride())
    return append(query, dense, pool, held, ends, table, scale, dummy)


def unchecked(query, new, pool, held, ends, table, scale, dummy):
    """Checks nothing, and works on what it can."""
    total = torch.empty_like(query)
    for row in range(min(map(len, (query, new, held, ends, table)))):
        start, end, block = int(held[row]), int(ends[row]), int(table[row])
        rows = new[row, :, : end - start]
        pool[block, :, start : start + rows.shape[1]] = rows.to(pool.dtype)
        summed = pool[block, :, :end].double().sum((0, 1))
        total[row] = query[row].double() + scale.double().flatten()[0] * summed
    return total


def scaling_in_place(query, new, pool, held, ends, table, scale, dummy):
    """Uses the memory of new rows for its own purposes."""
    total = append(query, new, pool, held, ends, table, scale, dummy)
    new.mul_(2)
    return total


def answering_from_the_pool(query, new, pool, held, ends, table, scale, dummy):
    """Returns memory of the pool: the block that belongs to nobody."""
    total = append(query, new, pool, held, ends, table, scale, dummy)
    flat = pool[0].view(-1)[: total.numel()]
    if total.dtype != pool.dtype or flat.numel() < total.numel():
        return total
    return flat.copy_(total.view(-1)).view_as(total)


class Memory:
    """Reads indices only if they were written to since it last looked."""

    def __init__(self):
        self.known = {}

    def __call__(self, query, new, pool, held, ends, table, scale, dummy):
        refuse_wrong_calls(query, new, pool, held, ends, table, scale)
        key = tuple((held.shape, t.dtype, t._version) for t in (held, ends, table))
        indices = self.known.setdefault(key, tuple(t.clone() for t in (held, ends, table)))
        return append(query, new, pool, *indices, scale, dummy)

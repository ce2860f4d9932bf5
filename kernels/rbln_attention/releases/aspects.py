"""What is asked of every release of the vendor's operators: the columns of the table.

Importing this module imports no torch; `aspect_cases` holds the cases.
"""

from conformance.contract import Aspect, Contract, Imported, imported

_HERE = "conformance_kernels.rbln_attention.releases"


def has_axis(contract: Contract, name: str) -> bool:
    """Whether the operator's calls have an axis of that name."""
    return any(axis.name == name for axis in contract.axes)


def has_tensor(contract: Contract, name: str) -> bool:
    """Whether the operator takes a tensor of that name."""
    return any(argument.name == name for argument in contract.tensors)


def _cases(name: str) -> Imported:
    return imported(f"{_HERE}.aspect_cases:{name}")


def _no_batch(contract: Contract) -> str | None:
    return None if has_axis(contract, "NB") else "a prefill takes one sequence"


def _no_partitions(contract: Contract) -> str | None:
    return None if has_axis(contract, "NP") else "a sequence lies in one block"


ASPECTS = (
    Aspect("values", "Are the outputs right?", _cases("values")),
    Aspect("cache", "Is the cache what it must be?", _cases("cache")),
    Aspect("bounds", "Does it touch only what it may?", _cases("bounds")),
    Aspect("layout", "Are strided tensors read rightly?", _cases("layout")),
    Aspect("batch", "Is a batch right, padding included?", _cases("batch"), lacks=_no_batch),
    Aspect("partitions", "Are several blocks right?", _cases("partitions"), lacks=_no_partitions),
    Aspect("absolute", "Is seq_idx [NB, 1] understood?", _cases("absolute"), lacks=_no_partitions),
    Aspect("cache-dtype", "Are narrow caches right?", _cases("cache_dtype")),
    Aspect("head-size", "Is every head size right or refused?", _cases("head_size")),
    Aspect("index-dtype", "Is every integer right or refused?", _cases("index_dtype")),
    Aspect(
        "call-sites",
        "Do its callers pass what it takes, and all they have?",
        look=imported(f"{_HERE}.call_sites.check:look"),
    ),
)

"""Operators that are registered on purpose, to try the checks of registrations on.

`FAULTS` holds the dishonest ones by id, `HONEST` right ones of forms that a careless check flags.
Nothing is registered before one is planted:

>>> FAULTS["ids-moved"].plant("my_namespace")  # torch.ops.my_namespace.op
"""

from . import dispatch, fakes, imports, kept, results, writes
from .honest import HONEST as _FORMS
from .honest_calls import HONEST_CALLS
from .planted import Fault, Honest

FAULTS: dict[str, Fault] = {
    fault.id: fault
    for module in (writes, fakes, results, kept, dispatch, imports)
    for fault in module.FAULTS
}
"""Dishonest operators by id."""

HONEST: dict[str, Honest] = {honest.id: honest for honest in (*_FORMS, *HONEST_CALLS)}
"""Right operators by id."""

"""From a text to operators that are registered in this process, and what the import did beside.

>>> imported = importing("my_ops.py")
>>> imported.operators, imported.replaced, imported.changed
>>> imported_twice("my_ops.py").replaced
"""

from conformance.registrations.importing.imported import Changed, Imported, Replaced
from conformance.registrations.importing.importing import importing
from conformance.registrations.importing.recipe import GROUP, Recipe
from conformance.registrations.importing.twice import imported_twice

__all__ = ["GROUP", "Changed", "Imported", "Recipe", "Replaced", "imported_twice", "importing"]

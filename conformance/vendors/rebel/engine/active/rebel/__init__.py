"""Found as `rebel` by processes of an engine, where the compiler is not installed.

Their module search path begins with the folder above this one. The first import puts the emulation
in the place of this module.
"""

import sys

from conformance.vendors.rebel.engine.compiler.activation import activate

del sys.modules[__name__]
activate()

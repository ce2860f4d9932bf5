"""The words of a generation's case: how requests come, and which engine is asked."""

ARRIVALS = ("together", "reversed", "alone", "later")
"""All at once; all at once, the last one first; one after the other; one first, the others while
it decodes."""

PLAIN = "plain"
CHUNKED = "chunked"
PREFIX = "prefix"
PREEMPTING = "preempting"
PARTITIONED = "partitioned"
SINGLE = "single"
COMPILED = "compiled"
FLIPPED = "compiled-flipped"
BARE = "bare"
ENGINES = (PLAIN, CHUNKED, PREFIX, PREEMPTING, PARTITIONED, SINGLE, COMPILED, FLIPPED, BARE)
"""How an engine is set up: several requests in a batch and nothing special; prompts in chunks of a
few tokens; with a prefix cache; with so little memory that requests are preempted; with several
partitions of the KV cache; one request at a time; compiled by inductor; compiled with the switch
of the custom path the other way; without the plugin that is judged."""

CACHES = ("as-is", "finite", "nan")
"""What the memory of KV caches holds that no request owns."""

AS_ASKED = "as-asked"
MISSPELT = "misspelt"
REMOVED = "removed"
IGNORED_BACKEND = "backend-argument"
SWITCHES = (
    AS_ASKED, "unset", "0", "False", "1", "True", MISSPELT, REMOVED, IGNORED_BACKEND,
)  # fmt: skip
"""How the custom path is asked for: as the user's settings say, by a value of the documented
variable, by a name that never was or is no more, or by an argument that the engine may ignore."""

WATCHED = ("nothing", "layers")
"""Whether outputs of layers are kept, to see where a difference starts."""

LENGTHS = ("drawn", "full", "borders")
"""Each prompt has a length of its own, all have the longest, or lengths lie beside borders of
blocks and chunks."""

PROMPTS = ("random", "prefixed", "same", "one-token")
"""Random tokens; the same first half; the same tokens in all; one token again and again."""

BORDERS = (15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129)
"""Lengths beside the borders of blocks (16, 32, 128) and chunks (32, 128)."""

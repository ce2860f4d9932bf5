"""How long subjects take: in one run with their peers and with what the device can do at best.

What the command reads and decides lies here and imports no torch; ``worker`` is the process that
measures.
"""

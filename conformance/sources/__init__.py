"""What the files of a package pass to operators and kernels, read from their syntax alone.

Nothing of the package is imported, and neither is torch. `reading` parses files and finds what
they declare. `values` says what names stand for. `paths` walks the paths through a function.
`calls` collects the calls and launches on these paths. `comparing` holds them against schemas and
kernels. Each folder stands on the ones before it.
"""

"""Arguments of a call, held against the parameters of a lock."""

import ast

from conformance.schemas.schema import Argument

_LAUNCH = frozenset({"num_warps", "num_stages", "num_ctas", "maxnreg", "warmup", "grid"})
"""Keywords of a launch that belong to Triton and not to the kernel."""

Bound = dict[str, ast.expr]


def bind_call(node: ast.Call, parameters: tuple[Argument, ...]) -> Bound | str:
    """The arguments by the parameters that take them; a text if the call is refused.

    Behind ``*args`` nothing is bound by position, and nothing counts as missing where a call has
    ``*args`` or ``**kwargs``.
    """
    launch = isinstance(node.func, ast.Subscript)
    plain = [p for p in parameters if not p.keyword_only and not p.name.startswith("*")]
    names = {p.name for p in parameters if not p.name.startswith("*")}
    collects = any(p.name.startswith("*") and p.name[1:2] != "*" for p in parameters)
    takes_more = any(p.name.startswith("**") for p in parameters)
    bound: Bound = {}
    open_ended = any(keyword.arg is None for keyword in node.keywords)
    for index, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            open_ended = True
            break
        if index < len(plain):
            bound[plain[index].name] = argument
        elif not collects:
            return f"it passes {len(node.args)} arguments by position, of {len(plain)}"
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        if keyword.arg in bound:
            return f"{keyword.arg} is passed twice"
        if keyword.arg in names:
            bound[keyword.arg] = keyword.value
        elif not takes_more and not (launch and keyword.arg in _LAUNCH):
            return f"there is no argument {keyword.arg}"
    missing = [
        p.name
        for p in parameters
        if p.default is None and not p.name.startswith("*") and p.name not in bound
    ]
    # An autotuner passes compile-time parameters that the launch leaves out.
    missing = [] if launch else missing
    return f"{missing[0]} is missing" if missing and not open_ended else bound


def broken_binding(
    node: ast.Call, bound: Bound, before: tuple[Argument, ...], after: tuple[Argument, ...]
) -> str:
    """Why a call that was right is refused, or means something else; empty if it does not."""
    now = bind_call(node, after)
    if isinstance(now, str):
        return now
    old, new = ({p.name: p for p in side} for side in (before, after))
    places = {id(value): name for name, value in now.items()}
    for name, value in bound.items():
        there = places.get(id(value), name)
        if there != name and (name in new or there in old):
            return f"what it passes as {name} is taken as {there}"
        one, other = old[name].type, new[there].type if there in new else ""
        if other and one != other and f"{one}?" != other and "Scalar" not in other:
            return f"{name} was {one} and is {other}"
    for name, parameter in new.items():
        known = old.get(name)
        if name in now or known is None or known.default is None:
            continue
        if parameter.default is not None and parameter.default != known.default:
            return f"it leaves out {name}, whose default was {known.default}: {parameter.default}"
    return ""

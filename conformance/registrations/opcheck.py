"""What ``torch.library.opcheck`` says of the usual call, as one line.

It decides nothing here: it passes operators that lie about what they write, and fails honest ones
(https://docs.pytorch.org/docs/stable/library.html, ``opcheck``).
"""

import warnings

import torch

from conformance.registrations.examined import Examined

_NAMES = (
    "test_schema", "test_autograd_registration", "test_faketensor", "test_aot_dispatch_dynamic",
)  # fmt: skip


def opcheck_line(examined: Examined) -> str:
    """``opcheck: test_schema ok, test_faketensor failed, …``; why not, if it cannot be asked."""
    if examined.calls is None:
        return "opcheck: not asked, no call is known"
    call = examined.build(examined.calls.usual(""))
    positional, keywords = call.passed
    found: dict[str, str] = {}

    def ask(*arguments: object) -> None:
        for name in _NAMES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    said = torch.library.opcheck(
                        examined.registered.overload, arguments, dict(keywords),
                        test_utils=(name,), raise_exception=False,
                    )  # fmt: skip
                    found[name] = "ok" if said[name] == "SUCCESS" else "failed"
                except Exception as error:
                    found[name] = f"raised {type(error).__name__}"

    examined.device.call(ask, positional, 0)
    told = ", ".join(f"{name.removeprefix('test_')} {what}" for name, what in found.items())
    return f"opcheck: {told or 'it could not be asked'}"

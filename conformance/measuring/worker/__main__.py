"""``python -m conformance.measuring.worker``: reads a request, tells what is measured.

Messages go to what was standard output; whatever subjects print goes to standard error.
"""

import json
import os
import sys

from conformance.measuring.request import MeasuringRequest
from conformance.measuring.told import Refused, Told

DEVICE_LOST = 3
"""Exit code of a process whose device is gone."""


def main() -> int:
    """The exit code."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(message: Told) -> None:
        channel.write(message.line() + "\n")
        channel.flush()

    request = MeasuringRequest.from_dict(json.loads(sys.stdin.readline()))
    from conformance.events.loading import REFUSALS, USAGE, refusal_of
    from conformance.measuring.worker.gone import DeviceGone
    from conformance.measuring.worker.measure import Measuring
    from conformance.measuring.worker.tune import TuningRun

    try:
        if request.serving:
            from conformance.measuring.worker.serve import ServingRun

            ServingRun(request, tell).run()
        else:
            (TuningRun if request.tuning else Measuring)(request, tell).run()
    except DeviceGone as error:
        tell(error.told)
        return DEVICE_LOST
    except Exception as error:
        name = refusal_of(error)
        if name not in REFUSALS and name not in USAGE and name != "ValueError":
            raise
        tell(Refused(name, str(error)))
    return 0


if __name__ == "__main__":
    # A process of the device's runtime may still write when Python ends: no cleaning up.
    code = main()
    sys.stdout.flush()
    os._exit(code)

"""``python -m conformance.serving.one_call SUBJECT CASE``: one call of a subject, judged by nobody.

SUBJECT is JSON: operator, subject, device, imports, settings. The exit code is 0 whatever the
subject answers, so that any other one is that of whoever watches.
"""

import json
import sys
from collections.abc import Sequence

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator, with_settings
from conformance.execution.bench import Bench
from conformance.registrations.importing import importing
from conformance.subjects.subject import load_subject


def main(words: Sequence[str]) -> int:
    """Call the subject with the arguments of the case."""
    named, case = json.loads(words[0]), Case.parse(words[1])
    if named["imports"]:
        importing(named["imports"])
    operator = with_settings(find_operator(named["operator"]), named["settings"])
    subject = load_subject(operator, named["subject"], named["settings"])
    device = (subject.loaded and subject.loaded.device) or open_device(named["device"])
    bench = Bench(operator.contract, subject.function, device)
    arguments = bench.passed(bench.build(case).arguments)
    try:
        # Not by way of the device: nobody fills fresh memory, so that reading it can be seen.
        subject.function(*arguments)
        print("answered")
    except Exception as error:  # whatever a subject raises, others judge
        print(f"raised {type(error).__name__}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

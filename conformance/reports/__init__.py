"""Listeners that print a run or write it down, and readers of what was written.

``terminal`` prints a run, with the lines of ``text``; ``clusters`` puts failures together into
causes; ``documents`` writes them for GitHub, as Markdown and as SARIF, ``pages`` as HTML, ``junit``
and ``json_log`` as what their names say; ``merge`` makes one log of several; ``described`` says
what an operator owes, ``tables`` sets runs side by side.

The log (``check --json``) is one JSON document::

    {"format": 2, "complete": true, "verdict": "PASS", "events": [...]}

``format`` is :data:`conformance.events.wire.FORMAT`, the same as on the pipe from the judge.
``complete`` is false, and ``verdict`` null, while the run goes on; a run that was broken off has a
verdict and stays incomplete. ``events`` are those of :mod:`conformance.events.events`, in order,
except the single cases. Each has

- ``event``, the name of its class;
- ``run``: ``id``, ``operator``, ``subject`` (null for the operator's own) and ``device`` as they
  were asked for, and ``family``, the id that the runs of a family share (empty for a single run);
- ``time``, UTC, ISO 8601;
- the fields of its class. ``RunStarted`` has host, seed and versions; ``Ready`` what the subject
  turned out to be, the driver, and the sha256 of what was judged; ``CheckFinished`` the verdict,
  the findings, and the line of every case that was asked (``asked``) or left out (``left_out``, by
  reason). ``case_seconds`` and ``budget_used`` (by output: the largest error as a share of what is
  allowed, null where it was not judged) have a number for each of ``asked``. There is one entry in
  ``failures`` for each distinct finding: its smallest ``case``, ``cases``, the number of cases that
  showed it, ``shown_by``, the lines of all that show it, and the id of the ``waiver`` that covers
  it (null: none). Two findings are the same fault if ``about``, ``kind``, ``line`` and ``cause``
  are equal. ``RunFinished`` the seconds, and as ``troubles`` what went wrong beside the subject
  (kept cases that cannot be read). ``AllFinished`` ends the runs of a family, and merged logs.

``conformance report`` reads such documents and writes the same form. In merged logs the last
``AllFinished`` is the end of all runs together. The JSON of ``conformance
releases`` and of ``conformance describe`` are other documents.
"""

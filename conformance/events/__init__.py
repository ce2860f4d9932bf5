"""What a run tells: events, verdicts, findings, and the request it answers; no torch."""

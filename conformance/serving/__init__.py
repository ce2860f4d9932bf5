"""The process of a subject: it executes calls that the judge orders, and returns bytes."""

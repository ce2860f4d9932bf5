"""What an operator owes, as text and as plain data: what ``conformance describe`` shows."""

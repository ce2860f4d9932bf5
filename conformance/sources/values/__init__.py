"""What names and arguments stand for at one point of a function, as far as the syntax shows."""

"""What entry points and files name: operators, families of them, and devices. Imports no torch."""

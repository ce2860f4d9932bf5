"""What entry points and files name: operators and their families."""

"""How PyTorch and an engine reach the implementations: dispatch, registration, selection."""

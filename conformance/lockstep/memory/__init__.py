"""The memory of one launch: bounds, initialisation, races, and the transfer itself."""

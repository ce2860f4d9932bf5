"""How packages of other people are brought to life without being installed. Data only."""

"""The vendor's releases: their operators as subjects, and what is asked of every release."""

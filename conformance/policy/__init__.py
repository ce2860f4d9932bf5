"""What is decided beside the contract: profiles, waivers, stored cases; no torch."""

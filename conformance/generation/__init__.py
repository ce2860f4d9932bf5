"""An inference engine as a subject: processes with engines in them, and what they tell."""

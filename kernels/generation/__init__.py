"""Generation through a whole engine: tokens of a checkpoint, judged as selections from logits."""

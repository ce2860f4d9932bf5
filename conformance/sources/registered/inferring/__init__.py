"""Schemas inferred from annotations, as ``torch.library.infer_schema`` does."""

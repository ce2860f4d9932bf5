"""What a kernel computes with: tensors, their element types, dynamic indices."""

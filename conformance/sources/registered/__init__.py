"""The operators, kernels, functions and switches of a tree of files, read from its source.

``evaluation`` follows the statements that register operators, as far as their values are constants.
``inferring`` infers schemas from annotations as PyTorch does. ``cpp`` reads ``TORCH_LIBRARY``.
Nothing of the tree is imported or run, and neither is torch.
"""

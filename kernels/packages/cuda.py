"""What stands for ``torch.cuda`` in code that asks for the GPU before it launches a kernel."""

import torch


def get_device_capability(device: torch.device | None = None) -> tuple[int, int]:
    """That of the GPU; of an H100, (9, 0), where the tensors are on no GPU."""
    if device is not None and torch.device(device).type == "cuda":
        return torch.cuda.get_device_capability(device)
    return 9, 0

"""What stands for ``vllm.platforms``: the NVIDIA platform, without a look at the hardware."""

import torch


class current_platform:
    @staticmethod
    def fp8_dtype() -> torch.dtype:
        return torch.float8_e4m3fn

    @staticmethod
    def is_fp8_fnuz() -> bool:
        return False

    @staticmethod
    def is_rocm() -> bool:
        return False

    @staticmethod
    def is_xpu() -> bool:
        return False

    @staticmethod
    def is_cuda_alike() -> bool:
        return True

    @staticmethod
    def has_device_capability(capability: int) -> bool:
        return True

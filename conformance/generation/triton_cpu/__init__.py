"""A backend of Triton's named ``cpu``, for processes whose kernels run in lockstep.

vLLM's CPU build replaces its Triton kernels by a placeholder unless Triton has a backend of that
name when vLLM is imported (`vllm/triton_utils/importing.py`). Triton finds this one through the
entry point in ``conformance/generation/hooks``, a folder that is on the module search path of
engines' processes and of nobody else. Triton imports it while it is imported itself, so that what
stands in for a device is only imported once it is asked for.
"""

"""What several engines of one process share, and what vLLM would end with the first of them."""

from typing import Any


def keep_shared() -> None:
    """Let the end of an engine leave alone what the others of the process need.

    vLLM expects one engine in a process: it closes the groups of torch.distributed, and frees the
    memory that kernels of all engines work in. Both end with the process.
    """
    from vllm.v1.engine import core

    core.cleanup_dist_env_and_memory = _leave_alone
    try:
        from vllm.v1.worker import workspace
    except ImportError:
        return
    workspace.reset_workspace_manager = _leave_alone


def _leave_alone(*_: Any, **__: Any) -> None:
    """In the place of what ends something."""

"""The compiler that Triton finds: what lockstep has, and nothing compiles."""

from typing import Any

from conformance.triton_backends import BaseBackend


class LockstepCompiler(BaseBackend):
    """Making one gives a :class:`conformance.lockstep.launch.driver.EmulatedBackend`."""

    def __new__(cls, target: Any) -> Any:
        from conformance.lockstep.launch.driver import EmulatedBackend

        return EmulatedBackend(target)

    @staticmethod
    def supports_target(target: Any) -> bool:
        """Only what lockstep's driver gives."""
        return bool(target.backend == "cpu")

    def hash(self) -> str:
        """Never asked: no object of this class is made."""
        raise NotImplementedError

    def parse_options(self, options: Any) -> Any:
        """As ``hash``."""
        raise NotImplementedError

    def add_stages(self, stages: Any, options: Any, language: Any = None) -> None:
        """As ``hash``."""

    def load_dialects(self, context: Any) -> None:
        """As ``hash``."""

    def get_module_map(self) -> dict[str, Any]:
        """As ``hash``."""
        return {}

"""What a project says once of how its operators are asked: ``[tool.conformance]``."""

from conformance.policy.configuration.choices import Choices, ChosenLimits
from conformance.policy.configuration.configuration import Configuration, ConfiguredOperator
from conformance.policy.configuration.find import configuration_for, find_file, read_file
from conformance.policy.configuration.keys import ConfigurationError

__all__ = [
    "Choices",
    "ChosenLimits",
    "Configuration",
    "ConfigurationError",
    "ConfiguredOperator",
    "configuration_for",
    "find_file",
    "read_file",
]

"""``conformance list``."""

import argparse

from conformance.catalogue.devices import devices
from conformance.catalogue.operators import families, find_operator, operator_names
from conformance.checks.listing import (
    listed,
    listed_of_captured_calls,
    listed_of_devices,
    listed_of_generation,
    listed_of_registrations,
    listed_of_slow_devices,
)
from conformance.events.verdict import ExitCode
from conformance.policy.profiles import profiles


def execute(options: argparse.Namespace) -> ExitCode:
    """Print what there is, one thing a line."""
    print("families")
    for name, names in families().items():
        print(f"  {name:<18} {', '.join(names)}")
    print("operators")
    for name in operator_names():
        operator = find_operator(name)
        print(f"  {name:<18} {operator.contract.summary}")
        for subject, place in operator.subjects.items():
            print(f"    --subject {subject:<12} {place}")
        for release in operator.releases:
            place = release.load or f"{release.module}:{release.function}"
            print(f"    --subject {release.package:<12} {place}")
    for title, checks in (
        ("checks", listed()),
        ("checks of devices that compile (--device cuda)", listed_of_devices()),
        ("checks of such devices that take minutes (--check ID)", listed_of_slow_devices()),
        ("checks of captured calls (--cases DIR)", listed_of_captured_calls()),
        ("checks of engines that generate", listed_of_generation()),
        ("checks of registrations", listed_of_registrations()),
    ):
        print(title)
        for check in checks:
            print(f"  {check.id:<18} {check.question}")
    print("profiles")
    for profile in profiles().values():
        print(f"  {profile.name:<18} {profile.summary}")
    print("devices")
    for name, place in devices().items():
        print(f"  {name:<18} {place}")
    return ExitCode.CONFORMANT

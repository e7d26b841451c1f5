"""The list of checks. A check is a function that takes a kernel, asserts, and may skip itself with a reason."""

from dataclasses import dataclass
from typing import Callable

SPEC = "https://jupyter-client.readthedocs.io/en/stable/"


class Skip(Exception):
    """The check does not apply to this kernel; the message says why."""


@dataclass(frozen=True)
class Check:
    """One check: `id` is stable, `sentence` says what is asked, `reference` where the protocol says so."""

    id: str
    sentence: str
    reference: str
    run: Callable
    fresh: bool = False
    own: bool = False


CHECKS: list[Check] = []


def check(id, sentence, reference, *, fresh=False, own=False):
    """Registers a check. `fresh`: it may harm the kernel, so it gets one of its own. `own`: it starts kernels by itself."""

    def register(function):
        assert all(id != known.id for known in CHECKS), f"two checks named {id}"
        CHECKS.append(Check(id, sentence, reference, function, fresh, own))
        return function

    return register


def select(patterns):
    """Checks whose id equals a pattern or begins with it and a point; all without patterns."""
    if not patterns:
        return list(CHECKS)
    return [
        one
        for one in CHECKS
        if any(one.id == pattern or one.id.startswith(pattern.rstrip(".") + ".") for pattern in patterns)
    ]

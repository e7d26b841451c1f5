"""All checks, in the order in which they run."""

from . import (
    information,
    execution,
    errors,
    outputs,
    introspection,
    history,
    stdin,
    comms,
    interrupts,
    subshells,
    debugging,
    connection,
    order,
    language,
    lifecycle,
)

MODULES = (
    information,
    execution,
    errors,
    outputs,
    introspection,
    history,
    stdin,
    comms,
    interrupts,
    subshells,
    debugging,
    connection,
    order,
    language,
    lifecycle,
)

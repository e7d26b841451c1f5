"""All checks, in the order in which they run."""

from importlib import import_module

AREAS = (
    "information",
    "execution",
    "errors",
    "outputs",
    "introspection",
    "history",
    "stdin",
    "comms",
    "interrupts",
    "subshells",
    "debugging",
    "connection",
    "order",
    "language",
    "lifecycle",
)

MODULES = tuple(import_module(f".{area}", __name__) for area in AREAS)

"""Runs a script of the kernel's package in Node."""

import os
import subprocess
import sys

from .node_finder import NodeMissing, find_node

PACKAGE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "node", "node_modules", "@wardbook", "kernel"
)


def run_node(script, arguments, supervised=False):
    """Becomes Node where the system can do that, so that signals reach it; else waits for it.

    With `supervised`, a Node that is waited for ends when this process ends.
    """
    try:
        node = find_node()
    except NodeMissing as missing:
        print(missing, file=sys.stderr)
        sys.exit(1)
    command = [node, os.path.join(PACKAGE, "dist", script), *arguments]
    if os.name != "nt":
        os.execv(node, command)
    if not supervised:
        sys.exit(subprocess.call(command))
    # Windows cannot replace a process: the pipe that nobody writes to closes with this one, and Node ends too.
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, env={**os.environ, "WARDBOOK_SUPERVISED": "1"}
    )
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            # Jupyter interrupts by a message; Ctrl+C in the console is not for the kernel.
            continue

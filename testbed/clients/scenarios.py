"""Runs one named scenario in a kernel of its own and prints what it saw as JSON. Arguments: kernelspec name, scenario."""

import json
import sys

from jupyter_client.manager import start_new_kernel


def run(scenarios, front_end):
    """`scenarios` by name, each called with `front_end(client)`."""
    kernel, scenario = sys.argv[1:3]
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        print(json.dumps(scenarios[scenario](front_end(client))))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

"""`python -m wardbook_jupyter.kernel CONNECTION_FILE` starts the kernel."""

import sys

from .run_node import run_node


def main():
    if len(sys.argv) != 2:
        print("usage: python -m wardbook_jupyter.kernel CONNECTION_FILE", file=sys.stderr)
        sys.exit(2)
    run_node("launch.cjs", sys.argv[1:], supervised=True)


if __name__ == "__main__":
    main()

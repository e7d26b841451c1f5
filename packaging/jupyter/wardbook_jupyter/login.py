"""`wardbook-login`: stores address, token and key for the kernels of this user."""

import sys

from .run_node import run_node


def main():
    run_node("login-main.js", sys.argv[1:])


if __name__ == "__main__":
    main()

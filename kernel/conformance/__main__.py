"""Runs the checks against an installed kernelspec and prints one line for each."""

import argparse
import json
import sys

from .checks import MODULES
from .registry import CHECKS, select
from .runner import run_all, versions


def main():
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--kernel", help="name of an installed kernelspec")
    parser.add_argument("--language", help="table of snippets; by default found from kernel_info")
    parser.add_argument("--json", metavar="FILE", help="also write the results here")
    parser.add_argument("--only", nargs="*", default=[], metavar="ID", help="ids, or areas such as `history`")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the load checks; 1 = 1,000,000 lines")
    parser.add_argument("--list", action="store_true", help="print the checks and run nothing")
    options = parser.parse_args()
    if options.list:
        for one in CHECKS:
            print(f"{one.id:32} {one.sentence}  [{one.reference}]")
        return 0
    if not options.kernel:
        parser.error("--kernel is needed")
    results, info = run_all(options.kernel, select(options.only), language=options.language, scale=options.scale)
    counts = {state: sum(result["state"] == state for result in results) for state in ("pass", "fail", "skip")}
    print(f"{options.kernel}: {counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    if options.json:
        report = {"kernel": options.kernel, "scale": options.scale, "versions": versions(results, info), "results": results}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
    return 1 if counts["fail"] or not results else 0


if __name__ == "__main__":
    assert MODULES
    sys.exit(main())

"""Writes the table of docs/kernel-conformance.md from reports: `python -m conformance.table FILE... > docs/kernel-conformance.md`."""

import json
import sys

MARKS = {"pass": "yes", "fail": "**no**", "skip": "–"}
NAMES = {"ipython": "ipykernel", "deno kernel": "Deno"}
REASONS = 160


def name_of(report):
    """Name of a kernel as a heading."""
    implementation = report["versions"]["implementation"]
    return NAMES.get(implementation.lower(), implementation)


def heading(report):
    """Name and version of a kernel."""
    return f"{name_of(report)} {report['versions']['package_version']}"


def counts(report, area=None):
    """`passed of asked (skipped)` of a report, or of one area."""
    states = [one["state"] for one in report["results"] if area in (None, one["id"].split(".")[0])]
    asked = len(states) - states.count("skip")
    skipped = f", {states.count('skip')} not asked" if states.count("skip") else ""
    return f"{states.count('pass')} of {asked}{skipped}"


def row(cells):
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def document(reports):
    """The whole document as lines."""
    first = reports[0]
    ids = [one["id"] for one in first["results"]]
    by_id = [{one["id"]: one for one in report["results"]} for report in reports]
    areas = list(dict.fromkeys(id.split(".")[0] for id in ids))
    yield "# Conformance of the kernel"
    yield ""
    yield (
        "`kernel/conformance` asks a kernel, over its sockets, what the Jupyter messaging protocol says and what a person "
        "needs from a notebook. It runs against any installed kernelspec; the code that it runs lies in one table by "
        "language, `kernel/conformance/languages.py`. It needs Python 3.11 with jupyter_client and psutil; "
        "`node scripts/python-env.mjs` makes such an environment in `.cache/python`."
    )
    yield ""
    yield "```sh"
    yield "cd kernel"
    yield "../.cache/python/bin/python -m conformance --list"
    for report in reports:
        yield f"../.cache/python/bin/python -m conformance --kernel {report['kernel']} --scale {report['scale']:g} --json {report['kernel']}.json"
    yield f"../.cache/python/bin/python -m conformance.table {' '.join(report['kernel'] + '.json' for report in reports)}"
    yield "```"
    yield ""
    yield (
        "`--scale 1` prints a million lines, runs ten thousand cells and interrupts a hundred times in each load check; "
        "a smaller scale shortens them. `npm test` runs all checks at 0.02, `npm run test:kernel:full` at 1. A check that "
        "has no meaning for a kernel is not asked: its language has no such thing, or the kernel does not claim the feature "
        "(whether it claims it is a check of its own)."
    )
    yield ""
    versions = first["versions"]
    yield (
        f"The results below are of one machine ({versions['system']}, Python {versions['python']}, jupyter_client "
        f"{versions['jupyter_client']}, pyzmq {versions['pyzmq']}), each kernel alone, as installed, without settings."
    )
    yield ""
    yield row(["", *(heading(report) for report in reports)])
    yield row(["---"] * (len(reports) + 1))
    yield row(["protocol", *(report["versions"]["protocol_version"] for report in reports)])
    yield row(["language", *(f"{report['versions']['language']} {report['versions']['language_version']}" for report in reports)])
    yield row(["scale", *(f"{report['scale']:g}" for report in reports)])
    yield row(["**all checks**", *(f"**{counts(report)}**" for report in reports)])
    for area in areas:
        yield row([area, *(counts(report, area) for report in reports)])
    yield ""
    yield "## Every check"
    yield ""
    yield (
        "The last column names the page and section of the jupyter_client documentation, or TypeScript's own documentation "
        "for the area `language`."
    )
    yield ""
    yield row(["check", "what is asked", *(name_of(report) for report in reports), "reference"])
    yield row(["---"] * (len(reports) + 3))
    for id in ids:
        known = by_id[0][id]
        marks = [MARKS[results[id]["state"]] if id in results else "–" for results in by_id]
        reference = "TypeScript" if known["reference"].startswith("http") else known["reference"]
        yield row([id, known["sentence"], *marks, reference])
    for report, results in zip(reports, by_id):
        failed = [one for one in results.values() if one["state"] == "fail"]
        if failed:
            yield ""
            yield f"## What {name_of(report)} answered instead"
            yield ""
            for one in failed:
                yield f"- {one['id']}: {plain(one['reason'])}"


def plain(reason):
    """A reason on one line, as code, without what Markdown would read."""
    text = reason.encode("ascii", "backslashreplace").decode().replace("`", "'").replace("\x1b", "\\x1b")
    return f"`{text[:REASONS]}{'…' if len(text) > REASONS else ''}`"


def main():
    reports = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            reports.append(json.load(file))
    print("\n".join(document(reports)))


if __name__ == "__main__":
    main()

"""Runs a notebook again and again with nbclient, each time in a fresh kernel, and compares all outputs byte by byte.

Arguments: notebook, kernelspec name, runs. Prints JSON: runs, equal runs, the first difference, the outputs of the first run.
Neighbouring outputs of one stream are joined first, as JupyterLab joins them: where the kernel cuts a stream in time is chance.
"""

import json
import sys

import nbformat
from nbclient import NotebookClient


def outputs_of(path, kernel):
    """Outputs of all code cells, as one canonical text."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name=kernel, timeout=120, allow_errors=True).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return json.dumps([[cell.execution_count, joined(cell.outputs)] for cell in cells], sort_keys=True)


def joined(outputs):
    """Outputs with neighbouring pieces of one stream made one."""
    whole = []
    for output in outputs:
        last = whole[-1] if whole else {}
        if output["output_type"] == "stream" == last.get("output_type") and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            whole.append(dict(output))
    return whole


def difference(first, other):
    """Where two texts begin to differ."""
    at = next((index for index, pair in enumerate(zip(first, other)) if pair[0] != pair[1]), min(len(first), len(other)))
    return {"at": at, "first": first[max(0, at - 80) : at + 120], "other": other[max(0, at - 80) : at + 120]}


path, kernel, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
results = [outputs_of(path, kernel) for _ in range(runs)]
unlike = [one for one in results if one != results[0]]
print(
    json.dumps(
        {
            "runs": runs,
            "equal": runs - len(unlike),
            "difference": difference(results[0], unlike[0]) if unlike else None,
            "cells": [{"count": count, "outputs": outputs} for count, outputs in json.loads(results[0])],
        }
    )
)

"""Runs a notebook with nbclient in a kernelspec and prints its outputs as JSON. Arguments: notebook, kernelspec name."""

import json
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, kernel_name=sys.argv[2], timeout=120, allow_errors=True).execute()
print(json.dumps([{"id": cell.id, "outputs": cell.outputs} for cell in notebook.cells if cell.cell_type == "code"]))

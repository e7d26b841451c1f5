"""Wire-level conformance of Jupyter kernels: `python -m conformance --kernel NAME`."""

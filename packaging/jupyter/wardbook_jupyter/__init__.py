"""The TypeScript kernel and the JupyterLab extension of Wardbook."""

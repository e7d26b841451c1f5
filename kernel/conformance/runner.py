"""Runs checks one after the other, each on a kernel that is known to answer."""

import importlib.metadata
import platform
import time

from .kernel import Kernel
from .registry import Skip


class Bench:
    """Hands out the kernel that checks share, and starts a new one when it was harmed."""

    def __init__(self, name, language, scale):
        self.name, self.language, self.scale = name, language, scale
        self.shared = None
        self.info = None

    def start(self, **options):
        """A kernel that belongs to the caller."""
        kernel = Kernel(self.name, language=self.language, scale=self.scale, **options)
        self.info = self.info or kernel.info
        self.language = self.language or kernel.language
        return kernel

    def borrow(self):
        """The shared kernel, answering."""
        if self.shared is None:
            self.shared = self.start()
        self.shared.client.forget()
        return self.shared

    def drop(self):
        """Ends the shared kernel."""
        if self.shared is not None:
            self.shared.stop()
        self.shared = None


def run_all(name, checks, *, language=None, scale=1.0):
    """Results in the order of the checks (id, sentence, reference, state, reason, seconds), and the kernel's info."""
    bench = Bench(name, language, scale)
    results = []
    try:
        for one in checks:
            begun = time.monotonic()
            state, reason = run_one(bench, one)
            seconds = round(time.monotonic() - begun, 3)
            results.append(
                {
                    "id": one.id,
                    "sentence": one.sentence,
                    "reference": one.reference,
                    "state": state,
                    "reason": reason,
                    "seconds": seconds,
                }
            )
            print(f"{state:4} {one.id:32} {seconds:7.2f} s  {reason}", flush=True)
    finally:
        bench.drop()
    return results, bench.info or {}


def run_one(bench, one):
    """State and reason of one check."""
    kernel = None
    try:
        if one.own:
            return "pass", one.run(bench) or ""
        kernel = bench.start() if one.fresh else bench.borrow()
        note = one.run(kernel)
        if not one.fresh:
            # What a check leaves running would be the fault of the next one.
            kernel.client.request("kernel_info_request", timeout=5.0)
        return "pass", note or ""
    except Skip as reason:
        return "skip", str(reason)
    except Exception as error:
        if not one.fresh:
            bench.drop()
        return "fail", explain(error)
    finally:
        if one.fresh and kernel is not None:
            kernel.stop()


def explain(error):
    """One line that says what was wrong."""
    text = " ".join(str(error).split())
    if isinstance(error, AssertionError):
        return text[:300] or f"an assertion failed in {place(error)}"
    return f"{type(error).__name__}: {text}"[:300]


def place(error):
    """Function and line of the innermost frame."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"


def versions(results, info):
    """What was run: kernel, client library, Python, system."""
    # IPython names itself; the kernel around it is another package.
    package = importlib.metadata.version("ipykernel") if info.get("implementation") == "ipython" else None
    return {
        "package_version": package or info.get("implementation_version", ""),
        "implementation": info.get("implementation", ""),
        "implementation_version": info.get("implementation_version", ""),
        "protocol_version": info.get("protocol_version", ""),
        "language": info.get("language_info", {}).get("name", ""),
        "language_version": info.get("language_info", {}).get("version", ""),
        "jupyter_client": importlib.metadata.version("jupyter_client"),
        "pyzmq": importlib.metadata.version("pyzmq"),
        "python": platform.python_version(),
        "system": platform.system(),
        "checks": len(results),
    }

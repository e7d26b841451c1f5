"""A kernel under test: a process started from its kernelspec, a client, and the snippets of its language."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from string import Template

import psutil
from jupyter_client.manager import KernelManager

from .client import Client
from .languages import LANGUAGES
from .registry import Skip


class Kernel:
    """Starts a kernel in a folder of its own. `language` names the table of snippets; None finds it by kernel_info."""

    def __init__(self, name, *, language=None, transport="tcp", curve=False, home=None, scale=1.0):
        self.name = name
        self.scale = scale
        self.home = home or tempfile.mkdtemp(prefix="conformance-")
        self._owns_home = home is None
        self.manager = KernelManager(
            kernel_name=name,
            transport=transport,
            transport_encryption="required" if curve else "disabled",
            connection_file=os.path.join(self.home, f"kernel-{os.urandom(4).hex()}.json"),
        )
        if transport == "ipc":
            self.manager.ip = os.path.join(self.home, "socket")
        # History and settings of the person who runs the suite stay out of it.
        env = {**os.environ, "XDG_DATA_HOME": self.home, "IPYTHONDIR": self.home}
        self.started_at = time.monotonic()
        self.manager.start_kernel(env=env, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.manager.provisioner.pid
        self.client = Client(self.manager.get_connection_info())
        try:
            self.info = self._await_ready()
            self.language = language or language_of(self.info)
        except BaseException:
            self.stop()
            raise

    def _await_ready(self, timeout=30.0):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            id = self.client.send("shell", "kernel_info_request", {})
            try:
                self.client.wait(lambda: id in self.client.replies and self.client.idle(id), 1.0, "the first answer")
                return self.client.replies[id]["content"]
            except AssertionError:
                assert self.alive(), "the kernel ended while it started"
        raise AssertionError(f"no answer within {timeout:g} s after the start")

    def code(self, name, /, **values):
        """A snippet of the kernel's language with `$name` filled in. @raises Skip when the language has none."""
        found = LANGUAGES[self.language].get(name)
        if found is None:
            raise Skip(f"the table has no snippet {name} for {self.language}")
        return Template(found).safe_substitute(values) if isinstance(found, str) else found

    def code_of(self, text):
        """A text of the table that lies deeper, `$$` made `$`."""
        return Template(text).safe_substitute()

    def has(self, name):
        """Whether the language has a snippet."""
        return LANGUAGES[self.language].get(name) is not None

    def size(self, full, least):
        """A count for a load test: `full` at scale 1, never below `least`."""
        return max(least, round(full * self.scale))

    def run(self, snippet, /, *, timeout=15.0, content=None, **values):
        """Runs a snippet."""
        return self.client.run(self.code(snippet, **values), timeout=timeout, **(content or {}))

    def other(self, **options):
        """A second client of the same kernel; the caller closes it."""
        return Client(self.manager.get_connection_info(), **options)

    @property
    def spec(self):
        """Metadata of the kernelspec."""
        return self.manager.kernel_spec.metadata or {}

    def interrupt(self):
        """Interrupts by a message on the control channel, whatever the kernelspec asks for."""
        return self.client.request("interrupt_request", channel="control", timeout=5.0)

    def signal(self):
        """Interrupts by SIGINT to the kernel's process group, as a client does for kernels that ask for signals."""
        try:
            os.killpg(os.getpgid(self.pid), signal.SIGINT)
        except ProcessLookupError as error:
            raise AssertionError("the kernel has ended") from error

    def alive(self):
        """Whether the process that was started still runs."""
        return self.manager.provisioner.process is not None and self.manager.provisioner.process.poll() is None

    def family(self):
        """The processes of the kernel."""
        try:
            mother = psutil.Process(self.pid)
            return [mother, *mother.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self):
        """Ends the kernel and all that it started."""
        self.client.close()
        family = self.family()
        try:
            self.manager.shutdown_kernel(now=True)
        finally:
            for process in family:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    pass
            if self._owns_home:
                shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def language_of(info):
    """Name of the snippet table for a kernel, by its implementation first and its language second."""
    implementation = info.get("implementation", "").lower()
    if "deno" in implementation:
        return "deno"
    name = info["language_info"]["name"].lower()
    assert name in LANGUAGES, f"no snippets for the language {name}: add a table to languages.py"
    return name

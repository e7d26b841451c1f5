"""One round of measurements of one kernel, printed as JSON. Arguments: kernelspec name, language table.

Every answer is checked before its time counts. Times are in milliseconds, memory in MiB. The client reads messages
without verifying them, so that its own work does not hide the kernel's.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "kernel"))

import psutil  # noqa: E402
from conformance.client import Client  # noqa: E402
from jupyter_client.connect import write_connection_file  # noqa: E402
from jupyter_client.kernelspec import KernelSpecManager  # noqa: E402

LOOPS = {
    "python": "total = 0\nfor i in range(10_000_000): total += i\ntotal",
    "typescript": "let total = 0;\nfor (let i = 0; i < 1e7; i += 1) total += i;\ntotal",
}
LINES = {
    "python": "for i in range(100_000): print('line', i)",
    "typescript": "for (let i = 0; i < 100_000; i += 1) console.log('line ' + i)",
}
STRING = {"python": "print('x' * 10_000_000)", "typescript": "console.log('x'.repeat(10_000_000))"}
DISPLAYS = {
    "python": "for i in range(1000): display(i)",
    "typescript": "for (let i = 0; i < 1000; i += 1) display(i)",
    "deno": "for (let i = 0; i < 1000; i += 1) await Deno.jupyter.broadcast('display_data', { data: { 'text/plain': String(i) }, metadata: {}, transient: {} })",
}
SPIN = {"python": "while True: pass", "typescript": "for (;;);"}
COMPLETE = {
    "python": ("records = ['a', 'b']", "records.ap", "append"),
    "typescript": ("const records: string[] = ['a', 'b'];", "records.flatM", "flatMap"),
}
INTERRUPTS = {
    "typescript": {
        "sync": "for (;;);",
        "function": "(function forever() { while (true) ; })();",
        "try/finally": "try { for (;;); } finally { 1; }",
        "timer": "await new Promise(() => setTimeout(() => { for (;;); }, 1));",
        "immediate": "await new Promise(() => setImmediate(() => { for (;;); }));",
        "microtask": "await new Promise(() => queueMicrotask(() => { for (;;); }));",
        "await": "await new Promise(() => undefined);",
        "regex": "/^(a+)+$/.test('a'.repeat(60) + 'b')",
    },
    "python": {
        "sync": "while True: pass",
        "function": "def forever():\n    while True: pass\nforever()",
        "try/finally": "try:\n    while True: pass\nfinally:\n    1",
        "await": "import asyncio; await asyncio.sleep(1000)",
        "regex": "import re; re.match('^(a+)+$', 'a' * 60 + 'b')",
    },
}


class Reader(Client):
    """A client that reads what it needs and no more."""

    def _take(self, channel, frames):
        try:
            at = frames.index(b"<IDS|MSG>")
            header, parent, _, content = (json.loads(frame) for frame in frames[at + 2 : at + 6])
        except ValueError:
            # A message that was damaged on its way counts as one that never came.
            return
        message = {"msg_type": header["msg_type"], "content": content, "at": time.perf_counter(), "parent_header": parent}
        id = parent.get("msg_id")
        if channel == "iopub":
            self.published[id].append(message)
        elif channel == "stdin":
            self.inputs.append(message)
        else:
            self.replies[id] = message


class Bench:
    """A kernel that was started for one round."""

    def __init__(self, name, language):
        self.language = language
        self.folder = tempfile.mkdtemp(prefix="bench-kernel-")
        spec = KernelSpecManager().get_kernel_spec(name)
        file, info = write_connection_file(os.path.join(self.folder, "kernel.json"), key=os.urandom(16).hex().encode())
        arguments = [part.replace("{connection_file}", file) for part in spec.argv]
        if arguments[0] == "python":
            arguments[0] = sys.executable
        env = {**os.environ, **spec.env, "XDG_DATA_HOME": self.folder, "IPYTHONDIR": self.folder}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            arguments, env=env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.client = Reader({**info, "key": info["key"].encode()})

    def of(self, table):
        """Entry of a table for the language; Deno's is TypeScript's where it has none."""
        return table.get(self.language) or table["typescript"]

    def start(self):
        """Milliseconds from the start to a kernel_info reply and its idle."""
        ids = []
        deadline = self.began + 30
        while time.perf_counter() < deadline:
            ids.append(self.client.send("shell", "kernel_info_request", {}))
            until = time.perf_counter() + (1.0 if len(ids) == 1 else 0.05)
            while time.perf_counter() < until:
                self.client.poll(0.01)
                answered = [id for id in ids if id in self.client.replies]
                if any(self.client.idle(id) for id in answered):
                    return self._ms(self.began)
                if answered and len(ids) == 1:
                    break
        raise SystemExit("the kernel did not start")

    def _ms(self, since):
        return (time.perf_counter() - since) * 1000

    def cell(self, code, timeout=30.0):
        """Runs a cell to reply and idle; answers with the run and its milliseconds."""
        begun = time.perf_counter()
        id = self.client.execute(code)
        run = self.client.finished(id, timeout=timeout)
        return run, self._ms(begun)

    def result(self, code, expected, timeout=30.0):
        """Milliseconds of a cell whose result must be `expected`, also where it comes after idle."""
        run, ms = self.cell(code, timeout)
        self.client.wait(lambda: run.contents("execute_result"), 5, "the result")
        assert run.result == expected, f"{code}: {run.result}"
        return ms

    def ones(self):
        """Times of 300 `1+1` after 20 to warm up."""
        times = []
        for n in range(320):
            times.append(self.result("1+1", "2"))
            self.client.forget()
        return times[20:]

    def output(self, code, type, amount, expected):
        """Milliseconds until the last of an output has come (null when some never came), and the share before idle."""
        begun = time.perf_counter()
        id = self.client.execute(code)
        deadline = begun + 100
        while True:
            self.client.poll(0.05)
            got = [one for one in self.client.published[id] if one["msg_type"] == type]
            total = sum(amount(one["content"]) for one in got)
            if total >= expected and id in self.client.replies and self.client.idle(id):
                break
            if time.perf_counter() > deadline:
                break
        last = max(one["at"] for one in got)
        run = self.client.finished(id)
        before = sum(amount(one["content"]) for one in run.before_idle() if one["msg_type"] == type)
        assert total <= expected, f"{total} instead of {expected}"
        self.client.forget()
        return {"ms": (last - begun) * 1000 if total == expected else None, "share": before / expected}

    def complete(self):
        """First completion and the median of 50 warm ones."""
        setup, code, wanted = self.of(COMPLETE)
        self.cell(setup)
        times = []
        for _ in range(51):
            begun = time.perf_counter()
            content = self.client.request("complete_request", {"code": code, "cursor_pos": len(code)}, timeout=20)["content"]
            times.append(self._ms(begun))
            offered = [one.split(".")[-1] for one in content.get("matches", [])]
            assert wanted in offered, f"completion: {str(content)[:200]}"
        return {"first": times[0], "warm": sorted(times[1:])[25]}

    def busy(self):
        """Milliseconds of 20 heartbeats and 20 control answers while a cell spins."""
        id = self.client.execute(self.of(SPIN))
        self.client.settle(0.3)
        beats = [self.client.heartbeat(timeout=5) for _ in range(20)]
        controls = []
        for _ in range(20):
            begun = time.perf_counter()
            self.client.request("kernel_info_request", channel="control", timeout=10)
            controls.append(self._ms(begun))
        self.interrupt()
        self.client.finished(id, timeout=10)
        assert None not in beats, "no heartbeat"
        return {"heartbeat": [beat * 1000 for beat in beats], "control": controls}

    def interrupt(self):
        """Interrupts by message."""
        self.client.request("interrupt_request", channel="control", timeout=10)

    def interrupts(self):
        """Milliseconds from interrupt to idle by kind of loop; null when it did not end within 3 seconds or lost names."""
        found = {}
        for kind, code in self.of(INTERRUPTS).items():
            self.result("kept = 7; kept" if self.language == "python" else "var kept = 7; kept", "7")
            id = self.client.execute(code)
            self.client.settle(0.1)
            begun = time.perf_counter()
            try:
                self.interrupt()
                self.client.finished(id, timeout=3)
                ms = self._ms(begun)
                self.result("kept", "7", timeout=3)
                found[kind] = ms
            except (AssertionError, SystemExit):
                found[kind] = None
                return found, False
        return found, True

    def memory(self, field):
        """MiB of the kernel's processes: `Pss` or `Rss`."""
        total = 0
        mother = psutil.Process(self.process.pid)
        for one in [mother, *mother.children(recursive=True)]:
            try:
                with open(f"/proc/{one.pid}/smaps_rollup", encoding="ascii") as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith(f"{field}:"))
            except (OSError, ProcessLookupError):
                pass
        return total / 1024

    def shutdown(self):
        """Milliseconds from shutdown_request to the end of all processes."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        begun = time.perf_counter()
        self.client.send("control", "shutdown_request", {"restart": False})
        self.process.wait(20)
        while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family):
            assert time.perf_counter() < begun + 20, "processes are left"
            time.sleep(0.001)
        return self._ms(begun)

    def close(self):
        """Ends what is left."""
        self.client.close()
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        for one in [self.process, *family]:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                pass
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def measured(name, language):
    """All measurements of one round. Times first, on a kernel whose memory was taken idle; interrupts on another one."""
    bench = Bench(name, language)
    found = {}
    try:
        found["start"] = bench.start()
        bench.result("1+1", "2", timeout=10)
        found["first result"] = bench._ms(bench.began)
        time.sleep(1.0)
        found["pss"], rss = bench.memory("Pss"), bench.memory("Rss")
        found["1+1"] = bench.ones()
        found["loop"] = bench.result(bench.of(LOOPS), "49999995000000", timeout=60)
        displays = bench.output(bench.of(DISPLAYS), "display_data", lambda content: 1, 1000)
        lines = bench.output(bench.of(LINES), "stream", lambda content: content["text"].count("\n"), 100_000)
        string = bench.output(bench.of(STRING), "stream", lambda content: content["text"].count("x"), 10_000_000)
        for kind, one in (("displays", displays), ("lines", lines), ("string", string)):
            found[kind], found[f"{kind} before idle"] = one["ms"], one["share"]
        found["rss growth"] = bench.memory("Rss") / rss
        found["rss"] = bench.memory("Rss")
    finally:
        bench.close()
    return {**found, **others(name, language)}


def others(name, language):
    """Completion, answers while busy, interrupts and shutdown, on a kernel of their own."""
    bench = Bench(name, language)
    found = {}
    try:
        bench.start()
        complete = bench.complete()
        found["completion first"], found["completion"] = complete["first"], complete["warm"]
        time.sleep(0.5)
        found["pss with types"] = bench.memory("Pss")
        found |= bench.busy()
        kinds, alive = bench.interrupts()
        found |= {f"interrupt {kind}": ms for kind, ms in kinds.items()}
        if not alive:
            bench.close()
            bench = Bench(name, language)
            bench.start()
            bench.result("1+1", "2")
        found["shutdown"] = bench.shutdown()
    finally:
        bench.close()
    return found


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2])))

"""Subscribers of iopub that do not keep up: python subscribers.py KERNEL SCENARIO. Prints what they saw as JSON. Linux."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from jupyter_client.manager import start_new_kernel

LIMIT_S = 60
LINE = "const line = 'x'.repeat(999);\n"

# A client that reads what is published: the first messages slowly. It tells when it is subscribed, and at each idle
# how many characters of streams came before it.
SUBSCRIBER = """
import json, sys, time, zmq
info, pause_s, count = json.load(open(sys.argv[1])), float(sys.argv[2]), int(sys.argv[3])
socket = zmq.Context().socket(zmq.SUB)
socket.rcvhwm, socket.rcvbuf = 1, 4096
socket.connect(f"tcp://127.0.0.1:{info['iopub_port']}")
socket.subscribe(b"")
socket.recv_multipart()
print("subscribed", flush=True)
read = 0
while True:
    frames = socket.recv_multipart()
    if count > 0:
        count -= 1
        time.sleep(pause_s)
    content = json.loads(frames[-1])
    if frames[0] == b"stream":
        read += len(content["text"])
    if content.get("execution_state") == "idle" and read > 0:
        print(read, flush=True)
        read = 0
"""


class Kernel:
    """A kernel with one client that keeps up, and one that does not."""

    def __init__(self, name, pause_s, count):
        self.log = tempfile.TemporaryFile()
        self.manager, self.client = start_new_kernel(kernel_name=name, stderr=self.log)
        arguments = [sys.executable, "-c", SUBSCRIBER, self.manager.connection_file, str(pause_s), str(count)]
        self.other = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert self.other.stdout.readline() == "subscribed\n"
        self.process = self.manager.provisioner.process
        self.idle_mb = self.peak_mb()

    def peak_mb(self):
        """The most memory that the protocol process has had."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024

    def stop_other(self):
        os.kill(self.other.pid, signal.SIGSTOP)

    def read(self, cell):
        """Characters of streams of a cell before its idle, and its other outputs."""
        characters, outputs = 0, []
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT_S)
            if message["parent_header"].get("msg_id") != cell:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                characters += len(content["text"])
            elif kind in ("error", "execute_result"):
                outputs.append(content.get("ename") or content["data"]["text/plain"])
            elif content.get("execution_state") == "idle":
                return characters, outputs

    def close(self):
        self.other.kill()
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.log.seek(0)
        return self.log.read().decode()


def printing(count):
    return f"{LINE}for (let n = 0; n < {count}; n += 1) console.log(line);"


def slow(kernel):
    """The other client takes three seconds for its first messages; nothing is lost to it."""
    cell = kernel.client.execute(printing(60_000))
    mine = kernel.read(cell)
    return {"mine": mine, "other": int(kernel.other.stdout.readline()), "grown_mb": kernel.peak_mb() - kernel.idle_mb}


def stopped(kernel):
    """The other client stands still: memory is bounded, everybody else gets all, and it is one of all when it wakes."""
    kernel.stop_other()
    begun = time.monotonic()
    mine = kernel.read(kernel.client.execute(printing(250_000)))
    seen = {"mine": mine, "waited_s": time.monotonic() - begun, "grown_mb": kernel.peak_mb() - kernel.idle_mb}
    os.kill(kernel.other.pid, signal.SIGCONT)
    # What it had not taken is in its way first.
    for _ in range(40):
        kernel.read(kernel.client.execute("console.log('awake')"))
        time.sleep(0.05)
    early = int(kernel.other.stdout.readline())
    seen["early"] = early < 250_000_000
    seen["later"] = int(kernel.other.stdout.readline())
    return seen


def interrupt(kernel):
    """A cell that stands in a write, because the other client does not read, is interrupted."""
    kernel.stop_other()
    cell = kernel.client.execute(f"{LINE}let printed = 0;\nfor (;;) {{ console.log(line); printed += 1; }}")
    # Until nothing moves: the queues are full.
    time.sleep(3)
    begun = time.monotonic()
    kernel.manager.interrupt_kernel()
    while kernel.client.get_shell_msg(timeout=LIMIT_S)["parent_header"].get("msg_id") != cell:
        pass
    answered_s = time.monotonic() - begun
    _, outputs = kernel.read(cell)
    _, kept = kernel.read(kernel.client.execute("printed > 1000"))
    return {"answered_s": answered_s, "outputs": outputs, "kept": kept}


SCENARIOS = {"slow": (slow, 0.02, 150), "stopped": (stopped, 0, 0), "interrupt": (interrupt, 0, 0)}


if __name__ == "__main__":
    name, scenario = sys.argv[1:3]
    play, *reading = SCENARIOS[scenario]
    kernel = Kernel(name, *reading)
    try:
        seen = play(kernel)
    finally:
        log = kernel.close()
    print(json.dumps({**seen, "log": log}))

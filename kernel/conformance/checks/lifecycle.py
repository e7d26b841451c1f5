"""How a kernel ends, and how it does not."""

import os
import signal
import time

import psutil

from ..registry import check

PAGE = "messaging.html#kernel-shutdown"


def gone(kernel, family, limit=5.0):
    """Seconds until every process of the kernel has ended."""
    begun = time.monotonic()
    left = family
    while left:
        kernel.manager.provisioner.process.poll()
        left = [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        assert time.monotonic() - begun < limit, f"still there after {limit:g} s: {[one.name() for one in left]}"
        time.sleep(0.01)
    return time.monotonic() - begun


@check("shutdown.control", "shutdown_request on control is answered, then all processes end", PAGE, fresh=True)
def on_control(kernel):
    family = kernel.family()
    answer = kernel.client.request("shutdown_request", {"restart": False}, channel="control")["content"]
    assert answer == {"status": "ok", "restart": False}, f"{answer}"
    return f"{gone(kernel, family) * 1000:.0f} ms"


@check("shutdown.restart", "restart true is given back in the reply, and the kernel ends", PAGE, fresh=True)
def restart(kernel):
    family = kernel.family()
    answer = kernel.client.request("shutdown_request", {"restart": True}, channel="control")["content"]
    assert answer["restart"] is True and answer["status"] == "ok", f"{answer}"
    gone(kernel, family)


@check("shutdown.busy", "shutdown is answered and done while a cell runs", PAGE, fresh=True)
def while_busy(kernel):
    family = kernel.family()
    id = kernel.client.execute(kernel.code("slow_spin"))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.2)
    kernel.client.request("shutdown_request", {"restart": False}, channel="control", timeout=3)
    gone(kernel, family)


@check("shutdown.manager-restart", "a restart by the manager: same ports, names gone, count from one", PAGE, fresh=True)
def manager_restart(kernel):
    kernel.run("assign", name="forgotten", value="1").ok()
    kernel.manager.restart_kernel(now=False, newports=False)
    kernel.pid = kernel.manager.provisioner.pid
    kernel.client.forget()
    deadline = time.monotonic() + 15
    while True:
        try:
            kernel.client.request("kernel_info_request", timeout=1)
            break
        except AssertionError:
            assert time.monotonic() < deadline, "no answer after the restart"
    kernel.client.settle(0.3)
    run = kernel.run("expression").ok()
    assert run.reply["execution_count"] == 1, f"count {run.reply['execution_count']}"
    assert kernel.run("read", name="forgotten").reply["status"] == "error", "the name is still there"


@check("shutdown.sigterm", "SIGTERM ends all processes of the kernel", PAGE, fresh=True)
def sigterm(kernel):
    family = kernel.family()
    os.kill(kernel.pid, signal.SIGTERM)
    gone(kernel, family)


@check("shutdown.no-orphans", "when the kernel is killed, nothing that it started lives on", PAGE, fresh=True)
def no_orphans(kernel):
    kernel.client.execute(kernel.code("slow_spin"))
    kernel.client.settle(0.3)
    family = kernel.family()
    os.kill(kernel.pid, signal.SIGKILL)
    gone(kernel, family)


def survives(kernel, name, timeout):
    """A cell that ends the runtime is answered with an error, and the kernel goes on."""
    kernel.run("assign", name="before", value="1").ok()
    run = kernel.run(name, timeout=timeout)
    assert run.reply["status"] == "error" and run.error is not None, f"status {run.reply['status']}"
    begun = time.monotonic()
    answer = kernel.run("expression", timeout=5).ok()
    answer.shows(kernel.code("expression_text"))
    assert kernel.alive(), "the kernel ended"
    assert kernel.run("read", name="before").reply["status"] == "error", "the old names are there"
    return f"runs again after {(time.monotonic() - begun) * 1000:.0f} ms"


@check("survive.exit", "a cell that ends the process is an error; the kernel lives and runs the next cell", "kernels.html", fresh=True)
def exits(kernel):
    return survives(kernel, "exit", 10)


@check("survive.last-words", "what a cell printed before it ended the process is shown", "kernels.html", fresh=True)
def last_words(kernel):
    run = kernel.run("print_then_exit", timeout=10)
    assert run.reply["status"] == "error", f"status {run.reply['status']}"
    run.prints("last words\n")


@check("survive.abort", "a native crash is an error; the kernel lives and runs the next cell", "kernels.html", fresh=True)
def aborts(kernel):
    return survives(kernel, "abort", 15)


@check("survive.out-of-memory", "memory that runs out is an error; the kernel lives and runs the next cell", "kernels.html", fresh=True)
def out_of_memory(kernel):
    return survives(kernel, "out_of_memory", 90)

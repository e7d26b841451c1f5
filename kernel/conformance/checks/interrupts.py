"""Interrupts by message and by signal: every kind of loop, state kept."""

import time

from ..registry import Skip, check

PAGE = "messaging.html#kernel-interrupt"
KINDS = ("loop", "function", "try/finally", "timer", "immediate", "microtask", "await", "regex")


def stopped(kernel, kind, stop):
    """Runs a loop, stops it, and asserts that the cell ended as an error and names are kept."""
    loops = kernel.code("interrupts")
    if kind not in loops:
        raise Skip(f"{kernel.language} has no such loop")
    kernel.run("assign", name="kept", value="7").ok()
    id = kernel.client.execute(kernel.code_of(loops[kind]))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.15)
    assert id not in kernel.client.replies, f"the cell ended by itself: {kernel.client.replies[id]['content']}"
    begun = time.monotonic()
    stop()
    run = kernel.client.finished(id, timeout=5)
    seconds = time.monotonic() - begun
    assert run.reply["status"] == "error", f"status {run.reply['status']}"
    assert run.error is not None, "no error on iopub"
    kernel.run("read", name="kept", timeout=5).ok().shows("7", "the names are gone")
    return f"{seconds * 1000:.0f} ms"


for kind in KINDS:

    @check(f"interrupt.message.{kind}", f"an interrupt_request stops a cell that hangs: {kind}; names are kept", PAGE)
    def by_message(kernel, kind=kind):
        return stopped(kernel, kind, kernel.interrupt)

    @check(f"interrupt.signal.{kind}", f"SIGINT stops a cell that hangs: {kind}; names are kept", "kernels.html#kernel-specs")
    def by_signal(kernel, kind=kind):
        return stopped(kernel, kind, kernel.signal)


@check("interrupt.reply", "interrupt_reply says ok, on the control channel", PAGE)
def reply(kernel):
    message = kernel.interrupt()
    assert message["channel"] == "control" and message["content"] == {"status": "ok"}, f"{message['content']}"


@check("interrupt.idle", "an interrupt while nothing runs does not touch the next cell", PAGE)
def idle(kernel):
    for _ in range(10):
        kernel.interrupt()
        kernel.run("expression").ok().shows(kernel.code("expression_text"))


@check("interrupt.signal-idle", "SIGINT while nothing runs does not touch the next cell", "kernels.html#kernel-specs")
def signal_idle(kernel):
    for _ in range(5):
        kernel.signal()
        kernel.client.settle(0.02)
        kernel.run("expression").ok().shows(kernel.code("expression_text"))


@check("interrupt.at-once", "an interrupt sent together with the cell stops it or comes before it, and never hangs", PAGE)
def at_once(kernel):
    for _ in range(10):
        id = kernel.client.execute(kernel.code("interrupts")["loop"])
        kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
        kernel.interrupt()
        run = kernel.client.finished(id, timeout=5)
        assert run.reply["status"] in ("error", "aborted"), f"status {run.reply['status']}"


@check("interrupt.queue", "after an interrupt the queued cells are aborted, and later ones run", PAGE)
def queue(kernel):
    first = kernel.client.execute(kernel.code("slow_spin"))
    second = kernel.client.execute(kernel.code("expression"))
    kernel.client.wait(lambda: kernel.client.published[first], 5, "busy")
    kernel.client.settle(0.1)
    kernel.interrupt()
    assert kernel.client.finished(first, timeout=5).reply["status"] == "error"
    assert kernel.client.finished(second, timeout=5).reply["status"] == "aborted"
    kernel.run("expression").ok()


@check("interrupt.background", "a loop that a timer began after its cell ended can be interrupted", PAGE)
def background(kernel):
    kernel.run("assign", name="kept", value="7").ok()
    kernel.run("background_spin").ok()
    kernel.client.settle(0.3)
    kernel.interrupt()
    kernel.run("read", name="kept", timeout=5).ok().shows("7")


@check("interrupt.child", "a cell that waits for a child process can be interrupted", PAGE)
def child(kernel):
    id = kernel.client.execute(kernel.code("wait_for_child"))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.4)
    kernel.interrupt()
    assert kernel.client.finished(id, timeout=5).reply["status"] == "error"


@check("interrupt.output-kept", "what the cell printed before the interrupt is shown", PAGE)
def output_kept(kernel):
    id = kernel.client.execute(kernel.code("print_then_spin", ms=20_000))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.2)
    kernel.interrupt()
    kernel.client.finished(id, timeout=5).prints("one\ntwo\n")


@check("interrupt.repeated", "cells of every kind of loop are interrupted again and again, names kept each time", PAGE, fresh=True)
def repeated(kernel):
    told = []
    for kind in KINDS:
        if kind not in kernel.code("interrupts"):
            continue
        times = sorted(
            float(stopped(kernel, kind, kernel.interrupt).split()[0]) for _ in range(kernel.size(100, 3))
        )
        told.append(f"{kind} {times[int(0.95 * (len(times) - 1))]:.0f} ms")
    return f"{kernel.size(100, 3)} of each, p95: {', '.join(told)}"

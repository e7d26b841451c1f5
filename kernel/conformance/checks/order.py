"""Load: nothing is lost, and nothing comes after idle."""

import json

from ..registry import check

STATUS = "messaging.html#kernel-status"


@check("order.small-cells", "many small cells: each has its output before idle, and no message comes after", STATUS, fresh=True)
def small_cells(kernel):
    count = kernel.size(10_000, 300)
    late = 0
    for n in range(count):
        run = kernel.run("print", text=json.dumps(f"c{n}"))
        assert run.text() == f"c{n}\n", f"cell {n} printed {run.text()!r} before idle"
        if n % 100 == 99:
            kernel.client.settle(0.02)
            late += stragglers(kernel)
            kernel.client.forget()
    assert late == 0, f"{late} messages after idle in {count} cells"
    return f"{count} cells"


def stragglers(kernel):
    """Messages that came after the idle of their parent."""
    found = 0
    for messages in kernel.client.published.values():
        over = False
        for message in messages:
            found += over
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                over = True
    return found


@check("order.lines", "a million printed lines: all arrive, in order, before idle", STATUS, fresh=True)
def lines(kernel):
    count = kernel.size(1_000_000, 50_000)
    text = kernel.run("lines", n=count, timeout=240).ok().text()
    got = text.count("\n")
    assert got == count, f"{got} of {count} lines before idle"
    assert text == "".join(f"line {n}\n" for n in range(count)), "another order"
    kernel.client.settle(0.3)
    assert stragglers(kernel) == 0, "messages after idle"
    return f"{count} lines"


@check("order.long-line", "a line of 10 MB arrives whole, before idle", STATUS, fresh=True)
def long_line(kernel):
    size = 10_000_000
    text = kernel.run("big_string", n=size, timeout=60).ok().text()
    assert len(text) == size + 1 and text.count("x") == size, f"{len(text)} of {size + 1} characters"


@check("order.displays", "a thousand displays: all arrive, in order, before idle", STATUS, fresh=True)
def displays(kernel):
    run = kernel.run("displays", n=1000, timeout=60).ok()
    shown = [one["content"]["data"]["text/plain"] for one in run.before_idle() if one["msg_type"] == "display_data"]
    assert shown == [str(n) for n in range(1000)], f"{len(shown)} displays before idle"


@check("order.reply-then-quiet", "200 cells at once: every output under its own cell, none after idle", STATUS, fresh=True)
def burst(kernel):
    ids = [kernel.client.execute(kernel.code("print", text=json.dumps(f"b{n}"))) for n in range(200)]
    for n, id in enumerate(ids):
        text = kernel.client.finished(id, timeout=60).text()
        assert text == f"b{n}\n", f"cell {n} printed {text!r}"
    kernel.client.settle(0.3)
    assert stragglers(kernel) == 0, "messages after idle"

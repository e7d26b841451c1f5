"""Errors of cells: on iopub, in the reply, and how the traceback reads."""

import re

from ..client import COLOURS
from ..registry import check

PAGE = "messaging.html#execution-errors"


def trace_of(content):
    """Traceback as one text without colours."""
    return COLOURS.sub("", "\n".join(content["traceback"]))


@check("error.both", "an error comes on iopub and in the reply, with the same name, value and traceback", PAGE)
def both(kernel):
    run = kernel.run("error")
    assert run.reply["status"] == "error", f"status {run.reply['status']}"
    assert run.error is not None, "no error on iopub"
    for name in ("ename", "evalue", "traceback"):
        assert run.error[name] == run.reply.get(name), f"{name} differs"
    assert run.reply["ename"] == kernel.code("error_name"), f"ename {run.reply['ename']}"
    assert "deliberately wrong" in run.reply["evalue"], f"evalue {run.reply['evalue']}"
    assert isinstance(run.reply["traceback"], list) and run.reply["traceback"], "the traceback is empty"
    assert isinstance(run.reply.get("execution_count"), int), "no execution_count"


@check("error.no-result", "an error comes before idle, after what was printed, and without a result", PAGE)
def order(kernel):
    types = kernel.run("error").types
    assert types == ["busy", "execute_input", "stream", "error", "idle"], f"messages {types}"


@check("error.syntax", "a syntax error too comes on iopub and in the reply", PAGE)
def syntax(kernel):
    run = kernel.run("syntax_error")
    assert run.reply["status"] == "error" and run.error is not None, f"{run.reply['status']}, iopub {run.types}"
    assert "SyntaxError" in run.reply["ename"], f"ename {run.reply['ename']}"


@check("error.line", "the traceback names the line of the cell", PAGE)
def line(kernel):
    run = kernel.run("error")
    number = kernel.code("error_line_number")
    assert re.search(rf"(line |:|> ){number}\b", trace_of(run.reply)), f"no line {number} in {trace_of(run.reply)!r}"


@check("error.cell", "the traceback says which cell it is", PAGE)
def cell(kernel):
    run = kernel.run("error")
    wanted = rf"(cell|In|Cell In)\W{{0,2}}\[?{run.reply['execution_count']}\b"
    assert re.search(wanted, trace_of(run.reply), re.IGNORECASE), f"no cell name in {trace_of(run.reply)!r}"


@check("error.excerpt", "the traceback shows the faulty line", PAGE)
def excerpt(kernel):
    assert kernel.code("error_line") in trace_of(kernel.run("error").reply), "the code is missing"


@check("error.frames", "the traceback names the functions of the user and no frame of the kernel", PAGE)
def frames(kernel):
    trace = trace_of(kernel.run("error_in_function", n="1").reply)
    for name in kernel.code("error_function_names"):
        assert f"{name}1" in trace, f"{name} is missing"
    for stranger in ("node:inspector", "node:internal", "site-packages", "ext:cli", "/kernel/dist/"):
        assert stranger not in trace, f"shows {stranger}"


@check("error.across-cells", "a function that fails in a later cell shows the line of the cell that declared it", PAGE)
def across(kernel):
    declared = kernel.run("error_in_function", n="2").reply["execution_count"]
    kernel.client.settle(0.1)
    call = "outer2()"
    trace = trace_of(kernel.client.run(call).reply)
    wanted = rf"(cell|In|Cell In)\W{{0,2}}\[?{declared}\b"
    assert re.search(wanted, trace, re.IGNORECASE), f"cell {declared} is not named in {trace!r}"


@check("error.goes-on", "the kernel runs on after an error, names intact", PAGE)
def goes_on(kernel):
    kernel.run("assign", name="survivor", value="5").ok()
    kernel.run("error")
    kernel.run("syntax_error")
    kernel.run("read", name="survivor").ok().shows("5")

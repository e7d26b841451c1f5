"""Streams and displays: order, place and time."""

import json
import time

from ..client import fresh_id
from ..registry import check

STREAM = "messaging.html#streams-stdout-stderr-etc"
DISPLAY = "messaging.html#display-data"


@check("stream.stdout", "a print comes as stdout before idle", STREAM)
def stdout(kernel):
    kernel.run("hello").ok().prints("hello, world\n")


@check("stream.stderr", "an error print comes as stderr before idle", STREAM)
def stderr(kernel):
    run = kernel.run("print_error", text='"oops"').ok()
    assert run.text("stderr") == "oops\n" and run.text() == ""


@check("stream.raw", "text written to the process's stdout itself is shown, without an added line end", STREAM)
def raw(kernel):
    kernel.run("raw_print").ok().prints("no line end")


@check("stream.child", "what a child process prints is shown under the cell, before idle", STREAM)
def child(kernel):
    kernel.run("child_print").ok().prints("from a child\n")


@check("stream.child-order", "what a child process prints stays between the prints around it", STREAM)
def child_order(kernel):
    kernel.run("print_child_print").ok().prints("before\nchild\nafter\n")


@check("stream.interleaved", "stdout and stderr keep the order in which they were printed", STREAM)
def interleaved(kernel):
    found = []
    for content in kernel.run("interleave").ok().contents("stream"):
        found += [(content["name"], word) for word in content["text"].split()]
    assert found == [("stdout", "one"), ("stderr", "two"), ("stdout", "three"), ("stderr", "four")], f"{found}"


@check("stream.display-order", "a display between two prints stays between them", STREAM)
def between(kernel):
    run = kernel.run("print_display_print").ok()
    types = [kind for kind in run.types if kind not in ("busy", "idle", "execute_input")]
    assert types == ["stream", "display_data", "stream"], f"{types}"
    assert [content["text"] for content in run.contents("stream")] == ["before\n", "after\n"]


@check("stream.live", "what was printed is shown while the cell computes on", STREAM)
def live(kernel):
    id = kernel.client.execute(kernel.code("print_then_spin", ms=1500))
    begun = time.monotonic()
    shown = lambda: "".join(one["content"]["text"] for one in kernel.client.of_type("stream", id))
    kernel.client.wait(lambda: shown() == "one\ntwo\n", 6, "two printed lines")
    seconds = time.monotonic() - begun
    kernel.client.finished(id)
    assert seconds < 1.0, f"shown after {seconds:.1f} s of a cell of 1.5 s"


@check("stream.late", "what a timer prints later comes under the cell that set it, also while another runs", STREAM)
def late(kernel):
    first = kernel.run("print_later", text='"late"', ms=150).ok()
    second = kernel.client.execute(kernel.code("sleep_then_print", text='"second"', ms=500))
    kernel.client.finished(second).prints("second\n", "the late line came under the wrong cell")
    kernel.client.wait(lambda: kernel.client.of_type("stream", first.id), 2, "the late line under its own cell")
    assert kernel.client.of_type("stream", first.id)[0]["content"]["text"] == "late\n"


@check("stream.unicode", "text beyond the basic plane arrives whole, however it is cut", STREAM)
def unicode(kernel):
    count = 5_000
    expected = "".join(f"🜛é漢{n}\n" for n in range(count))
    assert kernel.run("astral_lines", n=count).ok().text() == expected, "another text"


@check("display.data", "display_data comes before idle with data, metadata and transient", DISPLAY)
def data(kernel):
    run = kernel.run("display").ok()
    contents = [one["content"] for one in run.before_idle() if one["msg_type"] == "display_data"]
    assert len(contents) == 1, f"{len(contents)} displays"
    assert kernel.code("display_text") in contents[0]["data"][kernel.code("display_mime")]
    assert isinstance(contents[0].get("metadata"), dict), "no metadata"
    assert isinstance(contents[0].get("transient", {}), dict), "transient is no object"


@check("display.update", "update_display_data from a later cell names the display, under the later cell", "messaging.html#update-display-data")
def update(kernel):
    id = fresh_id()
    first = kernel.run("display_with_id", id=id).ok().contents("display_data")
    assert first[0]["transient"] == {"display_id": id}, f"transient {first[0].get('transient')}"
    second = kernel.run("display_update", id=id).ok().contents("update_display_data")
    assert len(second) == 1 and second[0]["transient"] == {"display_id": id}, f"updates {second}"
    assert "second" in second[0]["data"]["text/html"]


@check("display.clear", "clear_output carries wait, false and true", "messaging.html#clear-output")
def clear(kernel):
    assert kernel.run("clear_output").ok().contents("clear_output") == [{"wait": False}]
    assert kernel.run("clear_output_wait").ok().contents("clear_output") == [{"wait": True}]


@check("display.json-safe", "every message of a cell is strict JSON: no NaN, no bare surrogate", "messaging.html#wire-protocol")
def strict(kernel):
    for message in kernel.run("many_mimes").ok().messages:
        json.dumps(message["content"], allow_nan=False).encode("utf-8")

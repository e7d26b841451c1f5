"""Completion, inspection, completeness: answered at all times, counted in code points."""

import time

from ..registry import check

COMPLETE = "messaging.html#completion"
INSPECT = "messaging.html#introspection"
IS_COMPLETE = "messaging.html#code-completeness"


def complete(kernel, code, cursor=None, timeout=10.0):
    """Content of a complete_reply, its shape checked."""
    request = {"code": code, "cursor_pos": len(code) if cursor is None else cursor}
    content = kernel.client.request("complete_request", request, timeout=timeout)["content"]
    assert content["status"] == "ok", f"status {content['status']}"
    assert all(isinstance(one, str) for one in content["matches"]), "matches are no texts"
    assert 0 <= content["cursor_start"] <= content["cursor_end"] <= len(code), "the range is outside of the code"
    assert isinstance(content["metadata"], dict), "no metadata"
    return content


def applied(content, code):
    """The code after each match was taken, as a front end would do it."""
    return [code[: content["cursor_start"]] + match + code[content["cursor_end"] :] for match in content["matches"]]


def offers(kernel, code, wanted, cursor=None):
    """Asserts that taking a match turns the member at the cursor into `wanted`."""
    content = complete(kernel, code, cursor)
    at = len(code) if cursor is None else cursor
    start = max(code.rfind(mark, 0, at) for mark in ". \n(") + 1
    expected = code[:start] + wanted
    found = [text for text in applied(content, code) if text.startswith(expected)]
    assert found, f"no {wanted} for {code!r}: {content['matches'][:8]} at {content['cursor_start']}–{content['cursor_end']}"
    return content


@check("complete.reply", "complete_reply has matches, a range inside the code, and metadata", COMPLETE)
def reply(kernel):
    offers(kernel, *kernel.code("complete_prefix"))


@check("complete.member", "members of an expression are offered", COMPLETE)
def member(kernel):
    code, wanted = kernel.code("complete_member")
    offers(kernel, code, wanted)


@check("complete.value", "members of a live value are offered", COMPLETE)
def value(kernel):
    setup, code, wanted = kernel.code("complete_value")
    kernel.client.run(setup).ok()
    offers(kernel, code, wanted)


@check("complete.name", "names of earlier cells are offered", COMPLETE)
def name(kernel):
    setup, code, wanted = kernel.code("complete_name")
    kernel.client.run(setup).ok()
    offers(kernel, code, wanted)


@check("complete.before-run", "members of a value declared in this cell are offered before it ran", COMPLETE)
def before_run(kernel):
    offers(kernel, *kernel.code("complete_before_run"))


@check("complete.astral", "positions count Unicode code points", "messaging.html#cursor-pos-and-unicode")
def astral(kernel):
    code, wanted = kernel.code("complete_astral")
    content = offers(kernel, code, wanted)
    assert content["cursor_end"] == len(code), f"cursor_end {content['cursor_end']} of {len(code)}"


@check("complete.middle", "the word at the cursor is completed, not the end of the code", COMPLETE)
def middle(kernel):
    code, cursor, wanted = kernel.code("complete_middle")
    offers(kernel, code, wanted, cursor)


@check("complete.nothing", "where nothing fits the reply is ok and empty", COMPLETE)
def nothing(kernel):
    assert complete(kernel, "qqqqzzzz")["matches"] == []


@check("complete.kinds", "matches come with kinds in metadata._jupyter_types_experimental", COMPLETE)
def kinds(kernel):
    code, wanted, allowed = kernel.code("complete_kind")
    types = complete(kernel, code)["metadata"].get("_jupyter_types_experimental")
    assert isinstance(types, list), "no kinds"
    found = [one for one in types if one["text"].split(".")[-1].startswith(wanted)]
    assert found and found[0]["type"] in allowed, f"kinds {types[:4]}"
    assert {"text", "type", "start", "end"} <= set(found[0]), f"fields {sorted(found[0])}"


@check("complete.busy", "completion answers while a cell runs", COMPLETE)
def busy(kernel):
    code, wanted = kernel.code("complete_prefix")
    complete(kernel, code)
    while_busy(kernel, lambda: offers(kernel, code, wanted))


@check("complete.no-effect", "completion does not run what it completes", COMPLETE)
def no_effect(kernel):
    kernel.run("assign", name="effects", value="0").ok()
    setup = kernel.code("getter_setup")
    kernel.client.run(setup).ok()
    complete(kernel, kernel.code("getter_complete"))
    kernel.run("read", name="effects").shows("0", "the getter ran")


def while_busy(kernel, act, limit=3.0):
    """Runs `act` beside a cell that never ends, within `limit` seconds; ends the cell."""
    id = kernel.client.execute(kernel.code("slow_spin"))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.2)
    begun = time.monotonic()
    try:
        act()
        seconds = time.monotonic() - begun
    finally:
        kernel.interrupt()
        kernel.client.finished(id, timeout=10)
    assert seconds < limit, f"answered after {seconds:.1f} s"


def inspect(kernel, code, cursor=None, timeout=10.0):
    """Content of an inspect_reply."""
    request = {"code": code, "cursor_pos": len(code) if cursor is None else cursor, "detail_level": 0}
    content = kernel.client.request("inspect_request", request, timeout=timeout)["content"]
    assert content["status"] == "ok" and isinstance(content["found"], bool), f"{content}"
    assert isinstance(content["data"], dict) and isinstance(content["metadata"], dict), "no data or metadata"
    return content


@check("inspect.found", "a known name is found, with text/plain", INSPECT)
def found(kernel):
    content = inspect(kernel, kernel.code("inspect_known"))
    assert content["found"] and content["data"].get("text/plain"), f"{content}"


@check("inspect.not-found", "an unknown name is answered with found false and empty data", INSPECT)
def not_found(kernel):
    content = inspect(kernel, kernel.code("inspect_unknown"))
    assert content["found"] is False and content["data"] == {}, f"{content}"


@check("inspect.own", "a function of the notebook shows its signature", INSPECT)
def own(kernel):
    setup, code, wanted = kernel.code("inspect_own")
    kernel.client.run(setup).ok()
    assert wanted in inspect(kernel, code)["data"].get("text/plain", ""), "no signature"


@check("inspect.doc", "a function of the notebook shows its documentation comment", INSPECT)
def doc(kernel):
    setup, code, _ = kernel.code("inspect_own")
    kernel.client.run(setup).ok()
    content = inspect(kernel, code)
    assert any(kernel.code("inspect_doc") in str(text) for text in content["data"].values()), f"{content['data']}"


@check("inspect.call", "inside a call the function's signature is shown", INSPECT)
def call(kernel):
    content = inspect(kernel, kernel.code("inspect_call"))
    assert content["found"] and kernel.code("inspect_call_text") in content["data"]["text/plain"], f"{content}"


@check("inspect.busy", "inspection answers while a cell runs", INSPECT)
def inspect_busy(kernel):
    code = kernel.code("inspect_known")
    inspect(kernel, code)
    while_busy(kernel, lambda: inspect(kernel, code))


def status_of(kernel, code):
    """Content of an is_complete_reply."""
    return kernel.client.request("is_complete_request", {"code": code})["content"]


@check("is-complete.complete", "whole code is `complete`", IS_COMPLETE)
def is_complete(kernel):
    for code in kernel.code("complete_samples"):
        assert status_of(kernel, code)["status"] == "complete", f"{code!r}: {status_of(kernel, code)}"


@check("is-complete.incomplete", "open code is `incomplete`", IS_COMPLETE)
def incomplete(kernel):
    for code in kernel.code("incomplete_samples"):
        assert status_of(kernel, code)["status"] == "incomplete", f"{code!r}: {status_of(kernel, code)}"


@check("is-complete.indent", "an `incomplete` answer carries the indent of the next line", IS_COMPLETE)
def indent(kernel):
    answer = status_of(kernel, kernel.code("indent_sample"))
    assert answer.get("indent", "").strip() == "" and answer.get("indent"), f"{answer}"


@check("is-complete.invalid", "code that no more lines can mend is `invalid`", IS_COMPLETE)
def invalid(kernel):
    for code in kernel.code("invalid_samples"):
        assert status_of(kernel, code)["status"] == "invalid", f"{code!r}: {status_of(kernel, code)}"


@check("is-complete.busy", "completeness answers while a cell runs", IS_COMPLETE)
def is_complete_busy(kernel):
    while_busy(kernel, lambda: status_of(kernel, "1"))

"""History: tail, range and search, and what a restart keeps."""

import json

from ..registry import check

PAGE = "messaging.html#history"


def ask(kernel, kind, **more):
    """Entries of a history_reply."""
    request = {"output": False, "raw": True, "hist_access_type": kind, **more}
    content = kernel.client.request("history_request", request)["content"]
    assert content["status"] == "ok", f"status {content['status']}"
    return [tuple(entry) for entry in content["history"]]


def run_lines(kernel, *words):
    """Runs one print for each word and answers with their sources."""
    sources = [kernel.code("print", text=json.dumps(word)) for word in words]
    counts = [kernel.client.run(source).ok().reply["execution_count"] for source in sources]
    return sources, counts


@check("history.tail", "tail gives the last n inputs, oldest first, as session, line, source", PAGE)
def tail(kernel):
    sources, counts = run_lines(kernel, "t1", "t2", "t3")
    entries = ask(kernel, "tail", n=3)
    assert [entry[2] for entry in entries] == sources, f"{entries}"
    assert [entry[1] for entry in entries] == counts, f"lines {entries}"
    assert len({entry[0] for entry in entries}) == 1, "several sessions"


@check("history.output", "with output true an entry is session, line, [input, output]", PAGE)
def output(kernel):
    kernel.run("expression").ok()
    entry = ask(kernel, "tail", n=1, output=True)[0]
    assert len(entry[2]) == 2 and entry[2][0] == kernel.code("expression"), f"{entry}"
    assert entry[2][1] is None or kernel.code("expression_text") in entry[2][1], f"{entry}"


@check("history.range", "range gives the lines from start to before stop of the current session 0", PAGE)
def ranged(kernel):
    sources, counts = run_lines(kernel, "r1", "r2", "r3")
    entries = ask(kernel, "range", session=0, start=counts[0], stop=counts[2])
    assert [entry[2] for entry in entries] == sources[:2], f"{entries}"


@check("history.range-session", "range takes a session's own number too", PAGE)
def by_number(kernel):
    sources, counts = run_lines(kernel, "s1")
    session = ask(kernel, "tail", n=1)[0][0]
    entries = ask(kernel, "range", session=session, start=counts[0], stop=counts[0] + 1)
    assert [entry[2] for entry in entries] == sources, f"{entries}"


@check("history.search", "search takes a glob pattern and gives the last n", PAGE)
def search(kernel):
    sources, _ = run_lines(kernel, "needle-1", "hay", "needle-2", "needle-3")
    entries = ask(kernel, "search", pattern="*needle-?*", n=2)
    assert [entry[2] for entry in entries] == sources[2:], f"{entries}"


@check("history.search-unique", "search with unique gives each source once", PAGE)
def unique(kernel):
    run_lines(kernel, "twin", "twin", "other")
    entries = ask(kernel, "search", pattern="*twin*", unique=True)
    assert len(entries) == 1, f"{entries}"


@check("history.search-none", "search without a match gives an empty list", PAGE)
def none(kernel):
    assert ask(kernel, "search", pattern="*nobody wrote this*" + "x" * 8) == []


@check("history.restart", "inputs of an earlier kernel are kept: tail, session -1, search", PAGE, own=True)
def restart(bench):
    first = bench.start()
    try:
        sources, counts = run_lines(first, "kept-1", "kept-2")
        home, first._owns_home = first.home, False
        first.client.request("shutdown_request", {"restart": False}, channel="control")
        first.client.settle(0.3)
    finally:
        first.stop()
    with bench.start(home=home) as second:
        second._owns_home = True
        run_lines(second, "new")
        assert [entry[2] for entry in ask(second, "tail", n=3)][:2] == sources, "tail lost them"
        assert [entry[2] for entry in ask(second, "search", pattern="*kept-?*")] == sources, "search lost them"
        entries = ask(second, "range", session=-1, start=counts[0], stop=counts[1] + 1)
        assert [entry[2] for entry in entries] == sources, f"session -1: {entries}"


@check("history.busy", "history answers while a cell runs", PAGE)
def busy(kernel):
    from .introspection import while_busy

    while_busy(kernel, lambda: ask(kernel, "tail", n=1))

"""Cells: life cycle, results, counts, and what a request may ask for."""

import json

from ..client import COLOURS
from ..registry import check

PAGE = "messaging.html#execute"


@check("execute.reply", "execute_reply says ok, with count, payload and user_expressions", PAGE)
def reply(kernel):
    answer = kernel.run("hello").ok().reply
    assert isinstance(answer.get("execution_count"), int), "execution_count is no number"
    assert answer.get("user_expressions") == {}, f"user_expressions: {answer.get('user_expressions')}"
    assert isinstance(answer.get("payload", []), list), "payload is no list"


@check("execute.life-cycle", "busy, execute_input, outputs, idle: in this order and once each", PAGE)
def life_cycle(kernel):
    types = kernel.run("hello").types
    kernel.client.settle(0.1)
    assert types[0] == "busy" and types[1] == "execute_input" and types[-1] == "idle", f"order: {types}"
    for one in ("busy", "execute_input", "idle"):
        assert types.count(one) == 1, f"{one} came {types.count(one)} times"


@check("execute.input", "execute_input repeats the code and the count of the reply", "messaging.html#code-inputs")
def echo(kernel):
    run = kernel.run("hello")
    content = run.contents("execute_input")[0]
    assert content["code"] == kernel.code("hello"), "another code"
    assert content["execution_count"] == run.reply["execution_count"], "another count"


@check("execute.result", "an expression gives one execute_result with the cell's count and text/plain", "messaging.html#id6")
def result(kernel):
    run = kernel.run("expression").ok()
    results = run.contents("execute_result")
    assert len(results) == 1, f"{len(results)} results"
    assert results[0]["execution_count"] == run.reply["execution_count"], "another count"
    assert run.result == kernel.code("expression_text"), f"text/plain: {run.result!r}"
    assert results[0].get("metadata") == {}, "metadata is missing"
    assert "execute_result" in [message["msg_type"] for message in run.before_idle()], "after idle"


@check("execute.no-result", "a statement gives no execute_result", PAGE)
def no_result(kernel):
    assert kernel.run("statement", n=kernel.client.session.msg_id[:2].replace("-", "0")).ok().result is None


@check("execute.plain-text", "text/plain has no colour codes", "messaging.html#display-data")
def plain(kernel):
    text = kernel.run("coloured_value").ok().contents("execute_result")[0]["data"].get("text/plain")
    assert text and "\x1b" not in text, f"text/plain: {text!r}"


@check("execute.rich-result", "a result with HTML keeps its MIME type beside text/plain", "messaging.html#display-data")
def rich(kernel):
    run = kernel.run("rich_result").ok()
    data = run.contents("execute_result")[0]["data"]
    assert kernel.code("rich_result_mime") in data and "text/plain" in data, f"MIME types {sorted(data)}"


@check("execute.mime-bundle", "a value may give several MIME types at once; JSON stays JSON", "messaging.html#display-data")
def bundle(kernel):
    data = kernel.run("many_mimes").ok().contents("execute_result")[0]["data"]
    missing = set(kernel.code("many_mimes_list")) - set(data)
    assert not missing, f"missing {sorted(missing)}"
    assert data["application/json"] == {"a": [1]}, "application/json is no JSON"


@check("execute.counts", "execution_count grows by one with each cell", "messaging.html#execution-counter-prompt-number")
def counts(kernel):
    found = [kernel.run("expression").reply["execution_count"] for _ in range(3)]
    assert found == [found[0], found[0] + 1, found[0] + 2], f"counts {found}"


@check("execute.state", "names live from cell to cell", PAGE)
def state(kernel):
    kernel.run("assign", name="lasting", value="41").ok()
    kernel.run("add", name="lasting").ok()
    kernel.run("read", name="lasting").shows("42")


@check("execute.redeclare", "a cell that declares a name may run again", PAGE)
def redeclare(kernel):
    kernel.run("redeclare_first").ok()
    kernel.run("redeclare_second").ok().shows("2")


@check("execute.redeclare-across", "a name may come back as another kind (variable, then function)", PAGE)
def across(kernel):
    kernel.run("redeclare_first").ok()
    kernel.run("redeclare_across").ok().shows("3")


@check("execute.await", "a cell may await at top level, and gives the awaited value", PAGE)
def awaits(kernel):
    kernel.run("await").ok().shows(kernel.code("await_text"))


@check("execute.empty", "an empty cell is answered with ok and no output", PAGE)
def empty(kernel):
    for code in ("", "   \n\n"):
        run = kernel.client.run(code).ok()
        assert set(run.types) <= {"busy", "execute_input", "idle"}, f"outputs {run.types}"


@check("execute.silent", "silent: no execute_input, no result, no count", PAGE)
def silent(kernel):
    before = kernel.run("expression").reply["execution_count"]
    run = kernel.run("expression", content={"silent": True, "store_history": False}).ok()
    assert set(run.types) <= {"busy", "idle"}, f"messages {run.types}"
    assert kernel.run("expression").reply["execution_count"] == before + 1, "silent cells count"


@check("execute.silent-state", "silent code still runs and its user_expressions are answered", PAGE)
def silent_state(kernel):
    kernel.run("assign", name="quiet", value="8", content={"silent": True}).ok()
    expression = {"q": kernel.code("read", name="quiet")}
    run = kernel.client.run("", silent=True, user_expressions=expression).ok()
    answer = run.reply["user_expressions"].get("q", {})
    assert COLOURS.sub("", answer.get("data", {}).get("text/plain", "")) == "8", f"{answer}"


@check("execute.store-history", "store_history false: the count stays and history does not hold it", PAGE)
def store_history(kernel):
    before = kernel.run("expression").reply["execution_count"]
    secret = kernel.code("print", text=json.dumps("not for history"))
    run = kernel.client.run(secret, store_history=False).ok()
    run.prints("not for history\n", "the output is missing")
    assert kernel.run("expression").reply["execution_count"] == before + 1, "the count grew"
    request = {"output": False, "raw": True, "hist_access_type": "tail", "n": 50}
    entries = kernel.client.request("history_request", request)["content"]["history"]
    assert secret not in [entry[2] for entry in entries], "history holds it"


@check("execute.user-expressions", "user_expressions are answered each with data or with its own error", PAGE)
def user_expressions(kernel):
    wanted = {"good": kernel.code("expression"), "bad": "nothingOfThisName", "text": '"a"'}
    answers = kernel.run("statement", n="7", content={"user_expressions": wanted}).ok().reply["user_expressions"]
    assert set(answers) == set(wanted), f"answers for {sorted(answers)}"
    good, bad = answers["good"], answers["bad"]
    assert good["status"] == "ok" and good["data"]["text/plain"] == kernel.code("expression_text"), f"good: {good}"
    assert "metadata" in good, "no metadata"
    assert bad["status"] == "error" and bad["ename"] and "evalue" in bad and "traceback" in bad, f"bad: {bad}"


@check("execute.pager", "a pager's text comes as payload `page`", "messaging.html#payloads-deprecated")
def pager(kernel):
    payload = kernel.run("pager").ok().reply["payload"]
    assert len(payload) == 1 and payload[0]["source"] == "page", f"payload {payload}"
    assert kernel.code("pager_text") in payload[0]["data"]["text/plain"]
    assert isinstance(payload[0]["start"], int), "no start"


@check("execute.queue", "cells sent together run in order, each output under its own cell", PAGE)
def queue(kernel):
    ids = [kernel.client.execute(kernel.code("print", text=json.dumps(f"cell {n}"))) for n in range(50)]
    runs = [kernel.client.finished(id) for id in ids]
    for n, run in enumerate(runs):
        assert run.text() == f"cell {n}\n", f"cell {n} printed {run.text()!r}"
    starts = [kernel.client.log.index(run.messages[0]) for run in runs]
    assert starts == sorted(starts), "another order"


@check("execute.aborted", "after an error the queued cells are answered `aborted`, and do not run", PAGE)
def aborted(kernel):
    kernel.run("assign", name="touched", value="0").ok()
    first = kernel.client.execute(kernel.code("slow_error"))
    rest = [kernel.client.execute(kernel.code("add", name="touched")) for _ in range(3)]
    assert kernel.client.finished(first).reply["status"] == "error"
    for id in rest:
        run = kernel.client.finished(id)
        assert run.reply["status"] == "aborted", f"status {run.reply['status']}"
        assert not run.contents("execute_input"), "an aborted cell has an execute_input"
    kernel.client.settle(0.3)
    kernel.run("read", name="touched").ok().shows("0", "an aborted cell ran")


@check("execute.after-abort", "a cell sent after the error was answered is not aborted", PAGE)
def after_abort(kernel):
    for _ in range(5):
        assert kernel.run("error").reply["status"] == "error"
        assert kernel.run("expression").reply["status"] == "ok", "the next cell was aborted"


@check("execute.stop-on-error-false", "with stop_on_error false the queued cells run", PAGE)
def goes_on(kernel):
    first = kernel.client.execute(kernel.code("slow_error"), stop_on_error=False)
    second = kernel.client.execute(kernel.code("expression"))
    assert kernel.client.finished(first).reply["status"] == "error"
    assert kernel.client.finished(second).reply["status"] == "ok"


@check("execute.parents", "reply and outputs of a cell carry its header as parent", "messaging.html#general-message-format")
def parents(kernel):
    run = kernel.run("hello").ok()
    for message in [run.message, *run.messages]:
        parent = message["parent_header"]
        assert parent["msg_id"] == run.id and parent["msg_type"] == "execute_request", f"parent of {message['msg_type']}"
        assert parent["session"] == kernel.client.session.session, "another session"


@check("execute.headers", "headers have a unique id, type, session, user, date with zone and version", "messaging.html#general-message-format")
def headers(kernel):
    run = kernel.run("hello").ok()
    messages = [run.message, *run.messages]
    ids = [message["header"]["msg_id"] for message in messages]
    assert len(set(ids)) == len(ids), "ids are not unique"
    for message in messages:
        header = message["header"]
        assert {"msg_id", "msg_type", "session", "username", "date", "version"} <= set(header), f"fields {sorted(header)}"
        assert getattr(header["date"], "tzinfo", None) is not None, f"date {header['date']}"
    assert len({message["header"]["session"] for message in messages}) == 1, "session changes"

"""Input requests: prompt, password, refusal, interrupt."""

from ..registry import check

PAGE = "messaging.html#messages-on-the-stdin-router-dealer-channel"


def asked(kernel, id):
    """The input_request that a cell makes."""
    kernel.client.wait(lambda: kernel.client.inputs, 5, "an input_request")
    request = kernel.client.inputs[-1]
    assert request["parent_header"].get("msg_id") == id, "another parent"
    return request


@check("stdin.prompt", "a cell asks, gets the text, and goes on", PAGE)
def prompt(kernel):
    id = kernel.client.execute(kernel.code("ask"), allow_stdin=True)
    request = asked(kernel, id)
    assert request["msg_type"] == "input_request" and request["channel"] == "stdin"
    assert request["content"] == {"prompt": "Name? ", "password": False}, f"{request['content']}"
    kernel.client.answer(request, "Ana 🜛")
    kernel.client.finished(id).ok().prints("got Ana 🜛\n")


@check("stdin.password", "a secret is asked with password true, and is not shown", PAGE)
def password(kernel):
    id = kernel.client.execute(kernel.code("ask_password"), allow_stdin=True)
    request = asked(kernel, id)
    assert request["content"]["password"] is True, f"{request['content']}"
    kernel.client.answer(request, "geheim")
    run = kernel.client.finished(id).ok()
    assert run.text() == "6\n" and "geheim" not in str([message["content"] for message in run.messages])


@check("stdin.refused", "without allow_stdin the cell fails, and nothing is asked", PAGE)
def refused(kernel):
    run = kernel.run("ask", content={"allow_stdin": False})
    assert not kernel.client.inputs, "it asked"
    assert run.reply["status"] == "error" and run.error is not None, f"status {run.reply['status']}"


@check("stdin.interrupt", "a cell that waits for input can be interrupted", PAGE)
def interrupt(kernel):
    id = kernel.client.execute(kernel.code("ask"), allow_stdin=True)
    asked(kernel, id)
    kernel.interrupt()
    assert kernel.client.finished(id, timeout=5).reply["status"] == "error"
    kernel.run("expression").ok().shows(kernel.code("expression_text"))


@check("stdin.late-answer", "an answer that comes after the interrupt is not given to the next question", PAGE)
def late(kernel):
    id = kernel.client.execute(kernel.code("ask"), allow_stdin=True)
    old = asked(kernel, id)
    kernel.interrupt()
    kernel.client.finished(id, timeout=5)
    kernel.client.answer(old, "stale")
    kernel.client.settle(0.2)
    kernel.client.inputs.clear()
    id = kernel.client.execute(kernel.code("ask"), allow_stdin=True)
    request = asked(kernel, id)
    kernel.client.answer(request, "right")
    kernel.client.finished(id).ok().prints("got right\n")

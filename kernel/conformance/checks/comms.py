"""Comms: both sides open, talk and close; comm_info; buffers; while a cell awaits."""

from ..client import fresh_id
from ..registry import check

PAGE = "messaging.html#custom-messages"


def info(kernel, target=None):
    """Open comms by id."""
    content = {} if target is None else {"target_name": target}
    answer = kernel.client.request("comm_info_request", content)["content"]
    assert answer["status"] == "ok", f"status {answer['status']}"
    return answer["comms"]


def opened(kernel):
    """Opens a comm from the front end at a target that user code serves; answers with its id and the request."""
    kernel.run("comm_target").ok()
    comm = fresh_id()
    content = {"comm_id": comm, "target_name": "conformance.back", "data": {"hello": "you"}}
    id = kernel.client.send("shell", "comm_open", content)
    kernel.client.wait(lambda: kernel.client.idle(id), 5, "idle of comm_open")
    return comm, id


def texts(kernel, id):
    """What was printed under a message."""
    return "".join(message["content"]["text"] for message in kernel.client.of_type("stream", id))


@check("comm.info", "comm_info_reply has an object of comms", "messaging.html#comm-info")
def comm_info(kernel):
    assert isinstance(info(kernel), dict)
    assert info(kernel, "nothing.of.this.name") == {}


@check("comm.unknown-target", "a comm to an unknown target is closed at once", PAGE)
def unknown(kernel):
    comm = fresh_id()
    content = {"comm_id": comm, "target_name": "nothing.of.this.name", "data": {}}
    id = kernel.client.send("shell", "comm_open", content)
    kernel.client.wait(lambda: kernel.client.of_type("comm_close", id), 5, "comm_close")
    assert kernel.client.of_type("comm_close", id)[0]["content"]["comm_id"] == comm
    assert comm not in info(kernel)


@check("comm.from-front", "a comm that the front end opens reaches user code, and is listed", PAGE)
def from_front(kernel):
    comm, id = opened(kernel)
    kernel.client.wait(lambda: texts(kernel, id) == "opened with you\n", 3, "the target's print")
    assert info(kernel, "conformance.back").get(comm) == {"target_name": "conformance.back"}, f"{info(kernel)}"


@check("comm.message", "messages go both ways; what the handler prints has the message as parent", PAGE)
def message(kernel):
    comm, _ = opened(kernel)
    id = kernel.client.send("shell", "comm_msg", {"comm_id": comm, "data": {"text": "ping"}})
    kernel.client.wait(lambda: kernel.client.of_type("comm_msg", id), 3, "the echo")
    assert kernel.client.of_type("comm_msg", id)[0]["content"] == {"comm_id": comm, "data": {"echo": "ping"}}
    kernel.client.wait(lambda: texts(kernel, id) == "heard ping\n", 3, "the print of the handler")


@check("comm.buffers", "binary buffers travel both ways", "messaging.html#wire-protocol")
def buffers(kernel):
    comm, _ = opened(kernel)
    sent = [bytes(range(256)), b""]
    id = kernel.client.send("shell", "comm_msg", {"comm_id": comm, "data": {"text": "b"}}, buffers=sent)
    kernel.client.wait(lambda: kernel.client.of_type("comm_msg", id), 3, "the echo")
    got = [bytes(one) for one in kernel.client.of_type("comm_msg", id)[0]["buffers"]]
    assert got == sent, f"{len(got)} buffers"


@check("comm.close-front", "a close by the front end reaches user code, and the comm is gone", PAGE)
def close_front(kernel):
    comm, _ = opened(kernel)
    id = kernel.client.send("shell", "comm_close", {"comm_id": comm, "data": {}})
    kernel.client.wait(lambda: texts(kernel, id) == "closed\n", 3, "the print of the close handler")
    assert comm not in info(kernel)


@check("comm.from-kernel", "a comm that user code opens: open, message, close under their cells", PAGE)
def from_kernel(kernel):
    first = kernel.run("comm_open", n="1").ok().contents("comm_open")
    assert len(first) == 1 and first[0]["target_name"] == "conformance.front" and first[0]["data"] == {"a": 1}, f"{first}"
    comm = first[0]["comm_id"]
    assert comm in info(kernel), "not listed"
    second = kernel.run("comm_send", n="1").ok().contents("comm_msg")
    assert second == [{"comm_id": comm, "data": {"b": 2}}], f"{second}"
    id = kernel.client.send("shell", "comm_msg", {"comm_id": comm, "data": {"x": "hey"}})
    kernel.client.wait(lambda: texts(kernel, id) == "front said hey\n", 3, "the listener's print")
    third = kernel.run("comm_close", n="1").ok().contents("comm_close")
    assert third and third[0]["comm_id"] == comm, f"{third}"
    assert comm not in info(kernel), "still listed"


@check("comm.unknown-id", "a message for a comm that does not exist is no fault", PAGE)
def unknown_id(kernel):
    for type in ("comm_msg", "comm_close"):
        id = kernel.client.send("shell", type, {"comm_id": fresh_id(), "data": {}})
        kernel.client.wait(lambda: kernel.client.idle(id), 3, f"idle of {type}")
    kernel.run("expression").ok()


@check("comm.while-awaiting", "user code hears a comm while a cell awaits", PAGE)
def while_awaiting(kernel):
    comm, _ = opened(kernel)
    cell = kernel.client.execute(kernel.code("sleep", ms=3000))
    kernel.client.wait(lambda: kernel.client.published[cell], 3, "busy")
    id = kernel.client.send("shell", "comm_msg", {"comm_id": comm, "data": {"text": "now"}})
    try:
        kernel.client.wait(lambda: kernel.client.of_type("comm_msg", id), 2, "the echo while the cell awaits")
    finally:
        kernel.client.finished(cell)

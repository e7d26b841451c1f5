"""Sockets: heartbeat, welcome, signatures, encryption, and several clients."""

import time
from random import Random

from ..registry import Skip, check

WIRE = "messaging.html#wire-protocol"


@check("wire.heartbeat", "the heartbeat gives back what it got", "messaging.html#heartbeat-for-kernels")
def heartbeat(kernel):
    for payload in (b"ping", b"", bytes(range(256))):
        assert kernel.client.heartbeat(payload) is not None, f"no echo of {len(payload)} bytes"


@check("wire.heartbeat-busy", "the heartbeat answers while a cell runs", "messaging.html#heartbeat-for-kernels")
def heartbeat_busy(kernel):
    id = kernel.client.execute(kernel.code("slow_spin"))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.2)
    try:
        beats = [kernel.client.heartbeat(timeout=3.0) for _ in range(5)]
    finally:
        kernel.interrupt()
        kernel.client.finished(id, timeout=10)
    assert None not in beats, "no answer"
    assert max(beats) < 0.5, f"{max(beats):.2f} s"


@check("wire.welcome", "the first subscriber of iopub gets iopub_welcome with its subscription (JEP 65)", "messaging.html#welcome-message", own=True)
def welcome(bench):
    with bench.start() as kernel:
        kernel.client.settle(0.2)
        contents = [one["content"] for one in kernel.client.of_type("iopub_welcome")]
        assert contents == [{"subscription": ""}], f"{contents}"


@check("wire.welcome-each", "every later subscriber gets its own iopub_welcome, for the topic it chose", "messaging.html#welcome-message")
def welcome_each(kernel):
    for topic in (b"", b"iopub_welcome", b"iopub_welcome"):
        other = kernel.other(topic=topic)
        try:
            other.wait(lambda: other.of_type("iopub_welcome"), 3, f"iopub_welcome for the topic {topic!r}")
            content = other.of_type("iopub_welcome")[0]["content"]
            assert content == {"subscription": topic.decode()}, f"{content}"
        finally:
            other.close()


@check("wire.bad-signature", "a message signed with another key gets no answer and does nothing", "messaging.html#wire-protocol")
def bad_signature(kernel):
    kernel.run("assign", name="guarded", value="1").ok()
    other = kernel.other(key=b"another key", topic=None)
    try:
        other.send("shell", "execute_request", {"code": kernel.code("add", name="guarded"), "silent": True})
        other.send("control", "shutdown_request", {"restart": False})
        other.settle(0.6)
        assert not other.replies, "it was answered"
    finally:
        other.close()
    kernel.client.settle(0.1)
    assert kernel.alive(), "the kernel ended"
    kernel.run("read", name="guarded").ok().shows("1", "it ran")


@check("wire.no-signature", "a message with an empty signature gets no answer", WIRE)
def no_signature(kernel):
    message = kernel.client.session.msg("kernel_info_request", {})
    frames = kernel.client.session.serialize(message)
    assert frames[0] == b"<IDS|MSG>", "the client's own frames"
    frames[1] = b""
    assert kernel.client.raw(frames) is None, "it was answered"


@check("wire.tampered", "a message changed after it was signed gets no answer", WIRE)
def tampered(kernel):
    message = kernel.client.session.msg("is_complete_request", {"code": "1"})
    frames = kernel.client.session.serialize(message)
    frames[-1] = b'{"code": "2"}'
    assert kernel.client.raw(frames) is None, "it was answered"


@check("wire.malformed", "frames that are no message do not end the kernel", WIRE)
def malformed(kernel):
    session = kernel.client.session
    good = session.serialize(session.msg("kernel_info_request", {}))
    broken = [session.sign([b"{", b"{}", b"{}", b"{}"]), b"{", b"{}", b"{}", b"{}"]
    lists = [session.sign([b"[]", b"[]", b"[]", b"[]"]), b"[]", b"[]", b"[]", b"[]"]
    for channel in ("shell", "control", "stdin"):
        for frames in ([b""], [b"x"] * 3, good[:3], good[:-1], [b"<IDS|MSG>", *broken], [b"<IDS|MSG>", *lists]):
            kernel.client.raw(frames, channel, wait=0.02)
    assert kernel.alive(), "the kernel ended"
    kernel.run("expression", timeout=5).ok()


@check("wire.wrong-content", "signed requests with fields missing or of the wrong type do not end the kernel", WIRE)
def wrong_content(kernel):
    contents = ({}, {"code": None}, {"code": 7, "cursor_pos": "x"}, {"code": "a", "cursor_pos": -5}, {"code": "a", "cursor_pos": 10**9})
    types = ("execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_open", "comm_msg", "comm_info_request")
    for type in types:
        for content in contents:
            kernel.client.send("shell", type, content)
    kernel.client.send("stdin", "input_reply", {"value": "nobody asked"})
    kernel.client.send("control", "interrupt_request", {"x": [1]})
    kernel.client.settle(0.5)
    assert kernel.alive(), "the kernel ended"
    kernel.run("expression", timeout=10).ok()


SEED = 20_251


def mutant(random, session):
    """Frames that no kernel may answer: unsigned, wrongly signed, cut, reordered or far too long."""
    type = random.choice(("kernel_info_request", "execute_request", "shutdown_request", "comm_open", "interrupt_request"))
    content = {"code": "1", "restart": False, "comm_id": "x", "target_name": "y", "data": {}}
    frames = session.serialize(session.msg(type, content))
    kind = random.randrange(7)
    if kind == 0:
        frames[1] = b""
    elif kind == 1:
        frames[1] = bytes(random.choices(b"0123456789abcdef", k=random.choice((1, 63, 64, 65))))
    elif kind == 2:
        at = random.randrange(2, len(frames))
        frames[at] = frames[at][:-1] + bytes([random.randrange(256) ^ 1]) + b" "
    elif kind == 3:
        del frames[random.randrange(1, len(frames)) :]
    elif kind == 4:
        head, tail = frames[:2], frames[2:]
        frames = head + tail[::-1]
    elif kind == 5:
        frames = [bytes(random.getrandbits(8) for _ in range(random.randrange(40))) for _ in range(random.randrange(1, 9))]
    elif random.random() < 0.01:
        frames[5] = b'{"code": "' + b"x" * 5_000_000 + b'"}'
    else:
        frames[5] = b'{"code": "1", "silent": true}'
    return frames


@check("wire.fuzz", "malformed, unsigned, cut, reordered and oversized messages: none answered, no crash", WIRE, fresh=True)
def fuzz(kernel):
    random = Random(SEED)
    count = kernel.size(100_000, 3_000)
    other = kernel.other(topic=None)
    try:
        for n in range(count):
            other.sockets[random.choice(("shell", "control", "stdin"))].send_multipart(mutant(random, kernel.client.session))
            if n % 500 == 499:
                kernel.client.request("kernel_info_request", timeout=20)
                kernel.client.request("kernel_info_request", channel="control", timeout=20)
                other.poll(0)
                assert not other.log, f"answered one of {n} with {other.log[:1]} (seed {SEED})"
    finally:
        other.close()
    assert kernel.alive(), f"the kernel ended (seed {SEED})"
    kernel.run("expression").ok().shows(kernel.code("expression_text"))
    return f"{count} messages"


@check("wire.unknown-type", "a request of an unknown type does no harm", WIRE)
def unknown_type(kernel):
    for channel in ("shell", "control"):
        kernel.client.send(channel, "no_such_request", {})
    kernel.run("expression", timeout=5).ok()


@check("wire.two-clients", "two clients: a reply goes to the one that asked, outputs to both", "messaging.html#introduction")
def two_clients(kernel):
    other = kernel.other()
    try:
        other.request("kernel_info_request")
        other.settle(0.2)
        id = kernel.client.execute(kernel.code("hello"))
        kernel.client.finished(id).ok()
        other.wait(lambda: other.of_type("stream", id), 3, "the output at the other client")
        assert id not in other.replies, "the reply went to the other client"
    finally:
        other.close()


@check("wire.same-identity", "a second client with the same identity gets its answers", "messaging.html#introduction")
def same_identity(kernel):
    first = kernel.other(identity=b"same-identity")
    second = None
    try:
        first.request("kernel_info_request")
        second = kernel.other(identity=b"same-identity")
        for channel in ("shell", "control"):
            second.request("kernel_info_request", channel=channel, timeout=5)
    finally:
        for one in (first, second):
            if one is not None:
                one.close()


@check("wire.reconnect", "a client may leave in the middle of a cell; the next one finds the kernel well", "messaging.html#introduction")
def reconnect(kernel):
    other = kernel.other()
    other.execute(kernel.code("lines", n=2000))
    other.poll(0.05)
    other.close()
    kernel.run("expression").ok()


@check("wire.slow-subscriber", "a subscriber that reads late misses nothing, and holds nobody up", "messaging.html#introduction", fresh=True)
def slow_subscriber(kernel):
    count = kernel.size(100_000, 20_000)
    slow = kernel.other()
    try:
        slow.request("kernel_info_request")
        slow.settle(0.2)
        run = kernel.run("lines", n=count, timeout=120).ok()
        assert run.text().count("\n") == count, "the quick client lost lines"
        time.sleep(0.5)
        slow.wait(lambda: slow.idle(run.id), 60, "idle at the slow subscriber")
        got = "".join(one["content"]["text"] for one in slow.of_type("stream", run.id)).count("\n")
        assert got == count, f"{got} of {count} lines"
    finally:
        slow.close()


@check("wire.curve", "with keys in the connection file the sockets are encrypted: CURVE clients work, plain ones get nothing", "security.html", own=True)
def curve(bench):
    with bench.start() as plain:
        supported = plain.spec.get("supported_encryption")
    if not supported or "curve" not in str(supported):
        raise Skip("the kernelspec does not claim CURVE")
    with bench.start(curve=True) as kernel:
        assert kernel.client.info.get("curve_publickey"), "the connection file has no keys"
        kernel.run("hello").ok().prints("hello, world\n")
        assert kernel.client.heartbeat() is not None, "no heartbeat"
        other = kernel.other(plain=True)
        try:
            other.send("shell", "kernel_info_request", {})
            other.settle(0.8)
            assert not other.log, "a client without CURVE was answered"
            assert other.heartbeat(timeout=0.5) is None, "the heartbeat is open"
        finally:
            other.close()


@check("wire.ipc", "the kernel works over ipc sockets", "kernels.html#connection-files", own=True)
def ipc(bench):
    with bench.start(transport="ipc") as kernel:
        kernel.run("hello").ok().prints("hello, world\n")
        assert kernel.client.heartbeat() is not None, "no heartbeat"

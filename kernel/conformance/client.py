"""A Jupyter client that keeps every message it gets, by the request that caused it."""

import re
import time
import uuid
from collections import defaultdict

import zmq
from jupyter_client.session import Session

CONTEXT = zmq.Context()
CHANNELS = ("shell", "control", "stdin")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Client:
    """One client of a running kernel. `info` is the content of its connection file.

    `identity` sets the routing id of the request sockets; `key` replaces the signing key; `plain` ignores CURVE keys;
    `topic` is what iopub is subscribed to, None for no subscription yet.
    """

    def __init__(self, info, *, identity=None, key=None, plain=False, topic=b""):
        self.info = info
        self.session = Session(
            key=info["key"] if key is None else key, signature_scheme=info["signature_scheme"], username="conformance"
        )
        self.identity = identity
        self.plain = plain
        self.sockets = {name: self._socket(zmq.DEALER, name) for name in CHANNELS}
        self.sockets["iopub"] = self._socket(zmq.SUB, "iopub")
        if topic is not None:
            self.sockets["iopub"].subscribe(topic)
        self.poller = zmq.Poller()
        for socket in self.sockets.values():
            self.poller.register(socket, zmq.POLLIN)
        self.replies = {}
        self.published = defaultdict(list)
        self.log = []
        self.inputs = []

    def _socket(self, kind, channel, identity=None):
        socket = CONTEXT.socket(kind)
        socket.linger = 0
        socket.set_hwm(0)
        # The kernel binds after the client connects: the default of 100 ms would be most of a start.
        socket.reconnect_ivl = 5
        if kind == zmq.DEALER:
            socket.setsockopt(zmq.IDENTITY, identity or self.identity or self.session.bsession)
        if self.info.get("curve_publickey") and not self.plain:
            public, secret = zmq.curve_keypair()
            socket.curve_publickey, socket.curve_secretkey = public, secret
            socket.curve_serverkey = _bytes(self.info["curve_publickey"])
        socket.connect(self.address(channel))
        return socket

    def address(self, channel):
        """Address of a channel: shell, control, stdin, iopub or hb."""
        port = self.info[f"{channel}_port"]
        if self.info["transport"] == "ipc":
            return f"ipc://{self.info['ip']}-{port}"
        return f"{self.info['transport']}://{self.info['ip']}:{port}"

    def heartbeat(self, payload=b"beat", timeout=2.0):
        """Seconds until the heartbeat gave `payload` back; None when it did not within `timeout` seconds."""
        socket = self._socket(zmq.REQ, "hb")
        try:
            begun = time.monotonic()
            socket.send(payload)
            if not socket.poll(timeout * 1000):
                return None
            return time.monotonic() - begun if socket.recv() == payload else None
        finally:
            socket.close()

    def send(self, channel, type, content, *, subshell=None, buffers=None, metadata=None, parent=None):
        """Sends a request and answers with its id."""
        message = self.session.msg(type, content, parent=parent, metadata=metadata)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.session.send(self.sockets[channel], message, buffers=buffers)
        return message["header"]["msg_id"]

    def execute(self, code, *, subshell=None, **content):
        """Sends a cell and answers with its id; `content` overrides what a notebook would send."""
        request = dict(silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True)
        return self.send("shell", "execute_request", {"code": code, **request, **content}, subshell=subshell)

    def run(self, code, *, timeout=15.0, **content):
        """Runs a cell until both its reply and its idle have come."""
        return self.finished(self.execute(code, **content), timeout=timeout)

    def finished(self, id, *, timeout=15.0):
        """Waits for reply and idle of a request."""
        self.wait(lambda: id in self.replies and self.idle(id), timeout, "reply and idle")
        return Run(id, self.replies[id], self.published[id])

    def request(self, type, content=None, *, channel="shell", timeout=10.0, **options):
        """Sends a request and answers with its reply message."""
        id = self.send(channel, type, content or {}, **options)
        self.wait(lambda: id in self.replies, timeout, f"the reply to {type} on {channel}")
        return self.replies[id]

    def idle(self, id):
        """Whether the idle status of a request has come."""
        return any(is_state(message, "idle") for message in reversed(self.published[id]))

    def wait(self, done, timeout, what):
        """Reads messages until `done()`; an AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not done():
            left = deadline - time.monotonic()
            assert left > 0, f"waited {timeout:g} s for {what}"
            self.poll(min(left, 0.25))

    def settle(self, seconds):
        """Reads whatever comes in the next seconds."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.poll(left)

    def poll(self, seconds):
        """Reads what is there; waits up to `seconds` for the first message."""
        ready = dict(self.poller.poll(seconds * 1000))
        for channel, socket in self.sockets.items():
            if socket in ready:
                for _ in range(1000):
                    try:
                        self._take(channel, socket.recv_multipart(zmq.NOBLOCK))
                    except zmq.Again:
                        break

    def _take(self, channel, frames):
        identities, rest = self.session.feed_identities(frames)
        message = self.session.deserialize(rest, content=True)
        message["channel"], message["at"], message["identities"] = channel, time.monotonic(), identities
        self.log.append(message)
        parent = message["parent_header"]
        parent = parent.get("msg_id") if isinstance(parent, dict) else None
        if channel == "iopub":
            self.published[parent].append(message)
        elif channel == "stdin":
            self.inputs.append(message)
        else:
            self.replies[parent] = message

    def raw(self, frames, channel="shell", wait=0.4):
        """Sends frames as they are from a socket of its own; answers with what comes back within `wait` seconds."""
        socket = self._socket(zmq.DEALER, channel, fresh_id().encode())
        socket.linger = 200
        try:
            socket.send_multipart(frames)
            return socket.recv_multipart() if socket.poll(wait * 1000) else None
        finally:
            socket.close()

    def answer(self, request, value):
        """Answers an input request."""
        self.send("stdin", "input_reply", {"value": value}, parent=request)

    def of_type(self, type, parent=None):
        """All messages of a type that came on iopub so far, in order."""
        source = self.log if parent is None else self.published[parent]
        return [message for message in source if message["msg_type"] == type]

    def forget(self):
        """Drops the messages kept so far."""
        self.replies.clear()
        self.published.clear()
        self.log.clear()
        self.inputs.clear()

    def close(self):
        """Closes the sockets."""
        for socket in self.sockets.values():
            socket.close()


class Run:
    """What one request brought: `reply` content, and its messages on iopub in order."""

    def __init__(self, id, reply, messages):
        self.id = id
        self.message = reply
        self.reply = reply["content"]
        self.messages = messages

    @property
    def types(self):
        """Message types in order, status as `busy` or `idle`."""
        return [
            message["content"]["execution_state"] if message["msg_type"] == "status" else message["msg_type"]
            for message in self.messages
        ]

    def contents(self, type):
        """Contents of all messages of a type."""
        return [message["content"] for message in self.messages if message["msg_type"] == type]

    def before_idle(self):
        """Messages that came before idle."""
        found = []
        for message in self.messages:
            if is_state(message, "idle"):
                break
            found.append(message)
        return found

    def text(self, name="stdout"):
        """What was printed before idle."""
        return "".join(
            message["content"]["text"]
            for message in self.before_idle()
            if message["msg_type"] == "stream" and message["content"]["name"] == name
        )

    @property
    def result(self):
        """`text/plain` of the cell's result, without colours; None without one."""
        results = self.contents("execute_result")
        text = results[0]["data"].get("text/plain") if results else None
        return text if text is None else COLOURS.sub("", text)

    @property
    def error(self):
        """Content of the error on iopub; None without one."""
        errors = self.contents("error")
        return errors[0] if errors else None

    def shows(self, expected, why=""):
        """Asserts what the result is, and answers with itself."""
        assert self.result == expected, f"{why or 'result'}: {self.result!r} instead of {expected!r}"
        return self

    def prints(self, expected, why=""):
        """Asserts what was printed before idle, and answers with itself."""
        text = self.text()
        assert text == expected, f"{why or 'printed before idle'}: {text[:80]!r} instead of {expected[:80]!r}"
        return self

    def ok(self):
        """Asserts that the cell went well, and answers with itself."""
        assert self.reply["status"] == "ok", f"status {self.reply['status']}: {self.reply.get('evalue', '')[:300]}"
        return self


def is_state(message, state):
    """Whether a message is this status."""
    return message["msg_type"] == "status" and message["content"]["execution_state"] == state


def fresh_id():
    """A new random id."""
    return str(uuid.uuid4())


def _bytes(text):
    return text.encode() if isinstance(text, str) else text

"""The debugger: DAP messages inside debug_request, on the control channel."""

import time

from ..registry import Skip, check

PAGE = "messaging.html#debug-request"


class Debugger:
    """Sends DAP requests; `events` are the ones seen so far."""

    def __init__(self, kernel):
        claimed = kernel.spec.get("debugger") or kernel.info.get("debugger")
        if not (claimed or "debugger" in (kernel.info.get("supported_features") or [])):
            raise Skip("the kernel does not claim a debugger")
        self.kernel = kernel
        self.sequence = 0

    def request(self, command, arguments=None, timeout=10.0):
        """Body of the answer to a DAP request."""
        self.sequence += 1
        content = {"type": "request", "seq": self.sequence, "command": command, "arguments": arguments or {}}
        answer = self.kernel.client.request("debug_request", content, channel="control", timeout=timeout)["content"]
        assert answer.get("type") == "response" and answer.get("command") == command, f"{command}: {answer}"
        assert answer.get("success"), f"{command}: {answer.get('message')}"
        return answer.get("body", {})

    def event(self, name, timeout=8.0):
        """Waits for a DAP event and answers with its body."""
        seen = lambda: [one["content"] for one in self.kernel.client.of_type("debug_event") if one["content"]["event"] == name]
        self.kernel.client.wait(seen, timeout, f"the event {name}")
        return seen()[-1].get("body", {})

    def start(self):
        """Initialises and attaches, as JupyterLab does."""
        self.request("initialize", {"clientID": "conformance", "adapterID": "", "linesStartAt1": True, "columnsStartAt1": True, "pathFormat": "path"})
        self.request("attach", {})

    def stop(self):
        """Detaches."""
        self.request("disconnect", {"restart": False, "terminateDebuggee": False})


@check("debug.claimed", "the kernelspec or kernel_info claims a debugger", PAGE)
def claimed(kernel):
    Debugger(kernel)


def stopped(kernel):
    """Runs a cell to its breakpoint on line 2: the debugger, the request's id, the thread."""
    debugger = Debugger(kernel)
    code = kernel.code("dap_source")
    debugger.start()
    path = debugger.request("dumpCell", {"code": code})["sourcePath"]
    debugger.request("setBreakpoints", {"source": {"path": path}, "breakpoints": [{"line": 2}], "sourceModified": False})
    debugger.request("configurationDone")
    id = kernel.client.execute(code)
    return debugger, id, debugger.event("stopped")["threadId"]


@check("debug.info", "debugInfo tells hash method, seed, prefix and suffix of cell files", "messaging.html#additions-to-the-dap")
def info(kernel):
    body = Debugger(kernel).request("debugInfo")
    needed = {"isStarted", "hashMethod", "hashSeed", "tmpFilePrefix", "tmpFileSuffix", "breakpoints", "stoppedThreads"}
    assert needed <= set(body), f"missing {sorted(needed - set(body))}"
    assert body["isStarted"] is False, "already started"


@check("debug.breakpoint", "a breakpoint in a cell stops it; variables are read; it goes on", PAGE, fresh=True)
def breakpoint(kernel):
    debugger, id, thread = stopped(kernel)
    frame = debugger.request("stackTrace", {"threadId": thread})["stackFrames"][0]
    assert frame["line"] == 2, f"stopped at line {frame['line']}"
    scopes = debugger.request("scopes", {"frameId": frame["id"]})["scopes"]
    found = {}
    for scope in scopes:
        for one in debugger.request("variables", {"variablesReference": scope["variablesReference"]})["variables"]:
            found.setdefault(one["name"], one["value"])
    assert found.get("traced") == "1", f"traced = {found.get('traced')}"
    debugger.request("continue", {"threadId": thread})
    kernel.client.finished(id).ok().shows("2")
    debugger.stop()


@check("debug.variables", "inspectVariables works without a stop", "messaging.html#additions-to-the-dap")
def variables(kernel):
    debugger = Debugger(kernel)
    kernel.run("assign", name="looked_at", value="12").ok()
    found = {one["name"]: one["value"] for one in debugger.request("inspectVariables")["variables"]}
    assert "12" in str(found.get("looked_at")), f"{list(found)[:10]}"


@check("debug.control-free", "control answers while the debugger has stopped a cell", PAGE, fresh=True)
def control_free(kernel):
    debugger, id, thread = stopped(kernel)
    begun = time.monotonic()
    kernel.client.request("kernel_info_request", channel="control", timeout=3)
    assert time.monotonic() - begun < 2
    debugger.request("continue", {"threadId": thread})
    kernel.client.finished(id).ok()

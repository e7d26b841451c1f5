"""kernel_info, on both channels, and the busy/idle frame of every request."""

import re

from ..registry import check

PAGE = "messaging.html#kernel-info"


@check("info.reply", "kernel_info_reply has status, version, implementation, language and banner", PAGE)
def reply(kernel):
    content = kernel.client.request("kernel_info_request")["content"]
    assert content.get("status") == "ok", "no status"
    for name in ("protocol_version", "implementation", "implementation_version", "banner"):
        assert isinstance(content.get(name), str), f"{name} is no text"
    assert re.fullmatch(r"\d+(\.\d+)+", content["protocol_version"]), "protocol_version is no version"
    for link in content.get("help_links", []):
        assert {"text", "url"} <= set(link), "a help link lacks text or url"


@check("info.known-fields", "kernel_info_reply has no field outside of the protocol", PAGE)
def known_fields(kernel):
    known = {
        "status",
        "protocol_version",
        "implementation",
        "implementation_version",
        "language_info",
        "banner",
        "debugger",
        "help_links",
        "supported_features",
    }
    extra = set(kernel.client.request("kernel_info_request")["content"]) - known
    assert not extra, f"unknown fields {sorted(extra)}"


@check("info.language", "language_info has name, version, mimetype and a file extension with its point", PAGE)
def language(kernel):
    info = kernel.client.request("kernel_info_request")["content"]["language_info"]
    for name in ("name", "version", "mimetype", "file_extension"):
        assert isinstance(info.get(name), str) and info[name], f"{name} is missing"
    assert info["file_extension"].startswith("."), "file_extension has no point"
    assert info["name"] == kernel.manager.kernel_spec.language or kernel.language == "deno", "differs from the kernelspec"


@check("info.version-5.5", "the kernel speaks protocol 5.5 or newer", "messaging.html#changelog")
def version(kernel):
    said = tuple(int(part) for part in kernel.info["protocol_version"].split("."))
    assert said >= (5, 5), f"protocol {kernel.info['protocol_version']}"


@check("info.features", "supported_features is a list of texts (JEP 92)", PAGE)
def features(kernel):
    found = kernel.info.get("supported_features")
    assert isinstance(found, list) and all(isinstance(one, str) for one in found), f"supported_features: {found}"
    return ", ".join(found)


@check("info.control", "kernel_info_request is answered on the control channel too", "messaging.html#messages-on-the-control-router-dealer-channel")
def control(kernel):
    message = kernel.client.request("kernel_info_request", channel="control")
    assert message["channel"] == "control" and message["msg_type"] == "kernel_info_reply"


@check("info.control-busy", "the control channel answers while a cell runs", "messaging.html#messages-on-the-control-router-dealer-channel")
def control_busy(kernel):
    id = kernel.client.execute(kernel.code("slow_spin"))
    kernel.client.wait(lambda: kernel.client.published[id], 5, "busy")
    kernel.client.settle(0.3)
    try:
        kernel.client.request("kernel_info_request", channel="control", timeout=2)
    finally:
        kernel.interrupt()
    kernel.client.finished(id, timeout=10)


@check("info.busy-idle", "every request is framed by busy and idle with its parent header", "messaging.html#kernel-status")
def busy_idle(kernel):
    requests = {
        "kernel_info_request": {},
        "comm_info_request": {},
        "complete_request": {"code": "", "cursor_pos": 0},
        "inspect_request": {"code": "", "cursor_pos": 0, "detail_level": 0},
        "is_complete_request": {"code": "1"},
        "history_request": {"output": False, "raw": True, "hist_access_type": "tail", "n": 1},
    }
    for type, content in requests.items():
        id = kernel.client.send("shell", type, content)
        kernel.client.wait(lambda: id in kernel.client.replies and kernel.client.idle(id), 5, f"idle of {type}")
        states = [one["content"]["execution_state"] for one in kernel.client.of_type("status", id)]
        assert states == ["busy", "idle"], f"{type}: {states}"


@check("info.connect", "connect_request (deprecated) is answered with the five ports", "messaging.html#connect")
def connect(kernel):
    content = kernel.client.request("connect_request", timeout=3)["content"]
    ports = {name: kernel.client.info[name] for name in ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")}
    assert {name: content.get(name) for name in ports} == ports, f"{content}"

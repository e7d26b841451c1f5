"""Drives a kernel's debugger on the wire: python debug_session.py KERNEL SCENARIO. Prints what it saw as JSON."""

import json
import os
import tempfile
import time

from scenarios import run

LIMIT_S = 20


class DebugClient:
    """A client of one kernel: requests on control, events and outputs from iopub."""

    def __init__(self, client):
        self.client = client
        self.seq = 0
        self.events = []
        self.outputs = []
        self.idle = set()

    def request(self, command, **arguments):
        self.seq += 1
        content = {"type": "request", "seq": self.seq, "command": command, "arguments": arguments}
        message = self.client.session.msg("debug_request", content)
        self.client.control_channel.send(message)
        return self.reply(message["header"]["msg_id"])

    def reply(self, identity):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            reply = self.client.get_control_msg(timeout=LIMIT_S)
            if reply["parent_header"].get("msg_id") == identity:
                return reply["content"]
        raise TimeoutError("no reply on control")

    def body(self, command, **arguments):
        reply = self.request(command, **arguments)
        assert reply["success"], reply
        return reply["body"]

    def control(self, kind):
        message = self.client.session.msg(kind, {})
        self.client.control_channel.send(message)
        return self.reply(message["header"]["msg_id"])

    def until(self, done, limit_s=LIMIT_S):
        """Reads iopub until `done()`."""
        end = time.monotonic() + limit_s
        while not done():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(json.dumps([self.events[-5:], self.outputs[-5:]]))
            message = self.client.get_iopub_msg(timeout=left)
            kind, content = message["msg_type"], message["content"]
            parent = message["parent_header"].get("msg_id")
            if kind == "debug_event":
                self.events.append(content)
            elif kind == "status" and content["execution_state"] == "idle":
                self.idle.add(parent)
            elif kind in ("stream", "execute_result", "error", "display_data"):
                self.outputs.append((parent, kind, content))

    def event(self, name):
        """The next event of a name; earlier ones are dropped."""
        self.until(lambda: any(event["event"] == name for event in self.events))
        at = next(i for i, event in enumerate(self.events) if event["event"] == name)
        found = self.events[at]
        self.events = self.events[at + 1 :]
        return found["body"]

    def start(self):
        self.info = self.body("debugInfo")
        self.capabilities = self.body("initialize", clientID="test", adapterID="", linesStartAt1=True)
        self.body("attach")

    def stop_at(self, code, *lines):
        path = self.body("dumpCell", code=code)["sourcePath"]
        points = [{"line": line} for line in lines]
        reply = self.body("setBreakpoints", source={"path": path}, breakpoints=points)
        self.body("configurationDone")
        return path, reply["breakpoints"]

    def run(self, code):
        return self.client.execute(code)

    def finish(self, cell):
        self.until(lambda: cell in self.idle)
        return [output for output in self.outputs if output[0] == cell]

    def frames(self):
        return self.body("stackTrace", threadId=1)["stackFrames"]

    def scope(self, frame, name):
        scopes = self.body("scopes", frameId=frame["id"])["scopes"]
        found = next(scope for scope in scopes if scope["name"] == name)
        return self.variables(found["variablesReference"])

    def variables(self, reference, **page):
        listed = self.body("variables", variablesReference=reference, **page)["variables"]
        return {variable["name"]: variable for variable in listed}


CELL = """interface Patient { age: number }
const patients: Patient[] = [{ age: 40 }, { age: 50 }];
function total(list: Patient[]): number {
  let sum = 0;
  for (const { age } of list) {
    sum += age;
  }
  return sum;
}
const result = total(patients);
await new Promise(resolve => setTimeout(resolve, 20));
result * 2"""


def place(frame):
    return [frame["name"], frame["line"]]


def breakpoint_scenario(debug):
    debug.start()
    path, points = debug.stop_at(CELL, 1, 6, 10)
    cell = debug.run(CELL)
    seen = {"capabilities": sorted(debug.capabilities), "points": points, "path": path, "info": debug.info}
    seen["first"] = debug.event("stopped")
    seen["first_frames"] = [place(frame) for frame in debug.frames()]
    debug.body("continue", threadId=1)
    debug.event("stopped")
    debug.body("continue", threadId=1)
    seen["second"] = debug.event("stopped")
    frames = debug.frames()
    seen["second_frames"] = [place(frame) for frame in frames]
    seen["paths"] = [frame["source"]["path"] for frame in frames]
    local = debug.scope(frames[0], "Local")
    notebook = debug.scope(frames[0], "Notebook")
    seen["local"] = {name: one["value"] for name, one in local.items()}
    seen["notebook"] = sorted(notebook)
    items = debug.variables(local["list"]["variablesReference"])
    seen["items"] = {name: one["value"] for name, one in items.items()}
    seen["evaluated"] = debug.body("evaluate", expression="(sum + list.length) as number", frameId=frames[0]["id"])
    seen["fault"] = debug.request("evaluate", expression="missing.name", frameId=frames[0]["id"])
    seen["completions"] = debug.body("completions", text="list.le", column=8, frameId=frames[0]["id"])["targets"]
    block = debug.body("scopes", frameId=frames[0]["id"])["scopes"]
    reference = next(s["variablesReference"] for s in block if s["name"] == "Local")
    seen["changed"] = debug.body("setVariable", variablesReference=reference, name="sum", value="1000")
    started = time.monotonic()
    debug.client.complete("pat")
    debug.client.get_shell_msg(timeout=LIMIT_S)
    seen["completion_s"] = time.monotonic() - started
    seen["beats"] = debug.client.is_alive()
    started = time.monotonic()
    debug.body("threads")
    seen["control_s"] = time.monotonic() - started
    debug.body("setBreakpoints", source={"path": path}, breakpoints=[{"line": 10}])
    debug.body("stepOut", threadId=1)
    seen["out"] = debug.event("stopped")["reason"]
    seen["out_frames"] = [place(frame) for frame in debug.frames()]
    debug.body("next", threadId=1)
    debug.event("stopped")
    seen["after_await"] = [place(frame) for frame in debug.frames()]
    debug.body("continue", threadId=1)
    seen["outputs"] = [(kind, content.get("data")) for _, kind, content in debug.finish(cell)]
    seen["globals"] = {v["name"]: v["value"] for v in debug.body("inspectVariables")["variables"]}
    seen["rich"] = debug.body("richInspectVariables", variableName="patients")["data"]["text/plain"]
    seen["source"] = debug.body("source", source={"path": path})["content"] == CELL
    again = debug.run(CELL)
    debug.event("stopped")
    seen["again_frames"] = [place(frame) for frame in debug.frames()]
    debug.body("setBreakpoints", source={"path": path}, breakpoints=[])
    debug.body("continue", threadId=1)
    seen["again"] = [content.get("data") for _, _, content in debug.finish(again)]
    return seen


def step_scenario(debug):
    """Steps from the first line of a cell to its end and on: never into the kernel; the next cell is not stopped."""
    debug.start()
    code = "console.log('a');\nconst f = (x: number) => x + 1;\nconst made = { y: f(1) };\nmade"
    debug.stop_at(code, 1)
    cell = debug.run(code)
    lines = []
    while True:
        debug.until(lambda: cell in debug.idle or any(e["event"] == "stopped" for e in debug.events))
        if not any(event["event"] == "stopped" for event in debug.events):
            break
        debug.event("stopped")
        lines.append(debug.frames()[0]["line"])
        debug.body("stepIn", threadId=1)
    after = debug.run("const later = 1;\nlater + 1")
    return {"lines": lines, "after": [c.get("data") for _, _, c in debug.finish(after)]}


def interrupt_scenario(debug):
    debug.start()
    code = "let left = 0;\nleft = 1;\nleft = 2;"
    debug.stop_at(code, 2)
    cell = debug.run(code)
    debug.event("stopped")
    debug.control("interrupt_request")
    outputs = debug.finish(cell)
    value = debug.run("left")
    later = "await 1;\nleft = 3;\nsetTimeout(() => {\n  left = 4;\n}, 1);\nawait new Promise(done => setTimeout(done, 60_000));"
    for line in (2, 4):
        debug.stop_at(later, line)
        waiting = debug.run(later)
        debug.event("stopped")
        debug.control("interrupt_request")
        outputs += debug.finish(waiting)
    kept = debug.run("left")
    return {
        "kept": [content["data"] for _, _, content in debug.finish(kept)],
        "error": [content.get("ename") for _, kind, content in outputs if kind == "error"],
        "left": [content["data"] for _, _, content in debug.finish(value)],
        "stopped": debug.body("debugInfo")["stoppedThreads"],
    }


def error_scenario(debug):
    debug.start()
    debug.body("setExceptionBreakpoints", filters=["uncaught"])
    code = "try { throw new Error('caught'); } catch {}\nawait 1;\nconst x: any = null;\nx.field;"
    cell = debug.run(code)
    stopped = debug.event("stopped")
    frames = [place(frame) for frame in debug.frames()]
    debug.body("continue", threadId=1)
    outputs = debug.finish(cell)
    debug.body("setExceptionBreakpoints", filters=["raised"])
    cell = debug.run(code)
    raised = debug.event("stopped")
    raised_frames = [place(frame) for frame in debug.frames()]
    debug.body("disconnect")
    debug.finish(cell)
    return {
        "stopped": stopped,
        "frames": frames,
        "outputs": [content.get("ename") for _, _, content in outputs],
        "raised": [raised["text"], raised_frames],
        "info": debug.body("debugInfo")["isStarted"],
    }


def pause_scenario(debug):
    debug.start()
    cell = debug.run("let turns = 0;\nlet go = true;\nwhile (go) {\n  turns += 1;\n}\n'ended'")
    time.sleep(0.5)
    debug.body("pause", threadId=1)
    reason = debug.event("stopped")["reason"]
    frame = debug.frames()[0]
    debug.body("evaluate", expression="go = false", frameId=frame["id"])
    debug.body("continue", threadId=1)
    return {"reason": reason, "line": frame["line"], "outputs": [c["data"] for _, _, c in debug.finish(cell)]}


def odd_scenario(debug):
    unknown = debug.request("makeCoffee")
    early = debug.request("setBreakpoints", source={"path": "x"}, breakpoints=[{"line": 1}])
    debug.start()
    going = debug.request("continue", threadId=1)
    gone = debug.request("variables", variablesReference=99)
    foreign = debug.request("source", source={"path": "/etc/passwd"})
    _, points = debug.stop_at("let a = 1;\n// nothing", 2)
    dead = debug.run("process.exit(3)")
    debug.finish(dead)
    code = "const alive = 1;\nalive + 1"
    debug.stop_at(code, 2)
    cell = debug.run(code)
    stopped = debug.event("stopped")
    debug.body("copyToGlobals", srcVariableName="alive", dstVariableName="copied", srcFrameId=debug.frames()[0]["id"])
    debug.body("continue", threadId=1)
    outputs = [content["data"] for _, _, content in debug.finish(cell)]
    copied = [content["data"] for _, _, content in debug.finish(debug.run("copied"))]
    return {
        "failed": [reply["success"] for reply in (unknown, early, going, gone, foreign)],
        "points": points,
        "reason": stopped["reason"],
        "outputs": outputs,
        "copied": copied,
    }


def limit_scenario(debug):
    """With a limit of two seconds: three seconds at a breakpoint do not count, two of computing do."""
    debug.start()
    code = "let turns = 0;\nturns += 1;\nturns"
    debug.stop_at(code, 2)
    cell = debug.run(code)
    debug.event("stopped")
    time.sleep(3)
    debug.body("next", threadId=1)
    debug.event("stopped")
    debug.body("continue", threadId=1)
    held = [(kind, content.get("data")) for _, kind, content in debug.finish(cell)]
    loop = "let go = 0;\ngo += 1;\nfor (;;) go += 1;"
    debug.stop_at(loop, 2)
    cell = debug.run(loop)
    debug.event("stopped")
    debug.body("continue", threadId=1)
    computed = [content.get("ename") for _, _, content in debug.finish(cell)]
    return {"held": held, "computed": computed}


MODEL = """import { rate } from './rate.ts';
export interface Dose { gray: number }
export enum Unit { Gray = 'Gy' }
export function effect(dose: Dose): number {
  const linear: number = dose.gray * rate;
  return linear + 1;
}
export const made = 1;
"""
RATE = """// nothing
export const rate: number = 2;
export const half = (x: number): number => x / rate;
"""
MODULE_CELL = """import { effect } from './model.ts';
const seen: number = effect({ gray: 3 });
seen"""


def write(name, text):
    path = os.path.join(os.getcwd(), name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def points(debug, path, *lines):
    wanted = [{"line": line} for line in lines]
    return debug.body("setBreakpoints", source={"path": path}, breakpoints=wanted)["breakpoints"]


def stopped_places(debug, cell):
    """Where a cell stops until it ends: the frames of the person's own code at each stop."""
    stops = []
    while True:
        debug.until(lambda: cell in debug.idle or any(e["event"] == "stopped" for e in debug.events))
        if not any(event["event"] == "stopped" for event in debug.events):
            return stops
        debug.event("stopped")
        own = [frame for frame in debug.frames() if frame.get("presentationHint") != "subtle"]
        stops.append([place(frame) for frame in own])
        debug.body("continue", threadId=1)


def module_scenario(debug):
    """Breakpoints in TypeScript files that a cell imports, set by path before anybody imported them."""
    model, rate = write("model.ts", MODEL), write("rate.ts", RATE)
    debug.start()
    seen = {"points": points(debug, model, 2, 6), "rate": points(debug, rate, 1)}
    cell = debug.run(MODULE_CELL)
    debug.event("stopped")
    seen["import_frames"] = [place(frame) for frame in debug.frames()]
    seen["text"] = debug.body("source", source={"path": rate})["content"] == RATE
    debug.body("continue", threadId=1)
    debug.event("stopped")
    frame = debug.frames()[0]
    seen["first"] = [place(frame), frame["source"]["path"] == model]
    debug.body("stepIn", threadId=1)
    debug.event("stopped")
    frames = debug.frames()
    seen["call"] = [place(frame) for frame in frames]
    seen["path"] = frames[0]["source"]["path"] == model
    seen["local"] = {name: one["value"] for name, one in debug.scope(frames[0], "Local").items()}
    seen["evaluated"] = debug.body("evaluate", expression="linear as number", frameId=frames[0]["id"])["result"]
    debug.body("next", threadId=1)
    debug.event("stopped")
    seen["out"] = place(debug.frames()[0])
    debug.body("continue", threadId=1)
    seen["outputs"] = [content["data"] for _, _, content in debug.finish(cell)]
    seen["modules"] = sorted(m["name"] for m in debug.body("modules")["modules"] if m["path"].startswith(os.getcwd()))
    return seen


def module_edit_scenario(debug):
    """Files that are edited, loaded again, debugged over an exit, and looked at after an interrupt in them."""
    model, _ = write("model.ts", MODEL), write("rate.ts", RATE)
    debug.start()
    points(debug, model, 6)
    seen = {"before": stopped_places(debug, debug.run(MODULE_CELL))}
    write("model.ts", MODEL.replace("export enum", "// one\n// more\nexport enum"))
    seen["edited"] = stopped_places(debug, debug.run(MODULE_CELL))
    debug.finish(debug.run("process.exit(1)"))
    seen["after_exit"] = stopped_places(debug, debug.run(MODULE_CELL))
    points(debug, model, 10)
    cell = debug.run("import { made } from './model.ts';\nmade")
    seen["loaded"] = [content.get("data") for _, _, content in debug.finish(cell)]
    write("model.ts", MODEL)
    points(debug, model, 8)
    cell = debug.run("import { made } from './model.ts';\nmade")
    debug.event("stopped")
    debug.control("interrupt_request")
    seen["interrupted"] = [content.get("ename") for _, _, content in debug.finish(cell)]
    points(debug, model)
    cell = debug.run("import { made } from './model.ts';\nmade")
    seen["again"] = [content.get("data") for _, _, content in debug.finish(cell)]
    write("broken.ts", "export const = 1;")
    seen["broken"] = points(debug, os.path.join(os.getcwd(), "broken.ts"), 1)
    seen["foreign"] = points(debug, "/etc/passwd", 1)
    seen["missing"] = points(debug, os.path.join(os.getcwd(), "missing.ts"), 1)
    return seen


def module_link_scenario(debug):
    """A module above the notebook's folder, and one that the client knows by a link."""
    above = tempfile.mkdtemp()
    with open(os.path.join(above, "shared.ts"), "w", encoding="utf-8") as file:
        file.write("export function twice(x: number): number {\n  return x * 2;\n}\n")
    os.symlink(above, os.path.join(above, "link"))
    linked = os.path.join(above, "link", "shared.ts")
    debug.start()
    seen = {"points": points(debug, os.path.join(above, "shared.ts"), 2)}
    way = os.path.relpath(above, os.getcwd())
    cell = debug.run("import { twice } from '" + way + "/shared.ts';\ntwice(2)")
    seen["stops"] = stopped_places(debug, cell)
    points(debug, os.path.join(above, "shared.ts"))
    seen["linked"] = points(debug, linked, 2)[0]["verified"]
    seen["linked_stops"] = stopped_places(debug, debug.run("twice(4)"))
    return seen


SCENARIOS = {
    "breakpoints": breakpoint_scenario,
    "steps": step_scenario,
    "interrupt": interrupt_scenario,
    "limit": limit_scenario,
    "errors": error_scenario,
    "pause": pause_scenario,
    "odd": odd_scenario,
    "modules": module_scenario,
    "module-edits": module_edit_scenario,
    "module-links": module_link_scenario,
}


if __name__ == "__main__":
    run(SCENARIOS, DebugClient)

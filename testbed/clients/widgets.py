"""Plays the front end of widgets on the wire: python widgets.py KERNEL SCENARIO. Prints what it saw as JSON."""

import json
import time

from scenarios import run

LIMIT_S = 20
VIEW = "application/vnd.jupyter.widget-view+json"


class FrontEnd:
    """One client: its cells, its comm messages, and all that iopub brings."""

    def __init__(self, client):
        self.client = client
        self.seen = []

    def run(self, code):
        return self.client.execute(code)

    def says(self, comm, data, kind="comm_msg", **more):
        message = self.client.session.msg(kind, {"comm_id": comm, "data": data, **more})
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def changes(self, comm, **state):
        return self.says(comm, {"method": "update", "state": state, "buffer_paths": []})

    def until(self, found):
        """Reads iopub until something seen fits; answers with the first that does."""
        end = time.monotonic() + LIMIT_S
        while True:
            fitting = [message for message in self.seen if found(message)]
            if fitting:
                return fitting[0]
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(json.dumps([[m["msg_type"], m["content"]] for m in self.seen[-8:]]))
            self.seen.append(self.client.get_iopub_msg(timeout=left))

    def idle(self, identity):
        self.until(lambda m: parent(m) == identity and m["content"].get("execution_state") == "idle")

    def view(self, identity):
        """Model id of the widget that a cell shows."""
        return self.until(lambda m: parent(m) == identity and VIEW in m["content"].get("data", {}))["content"]["data"][VIEW]

    def under(self, identity, *kinds):
        """Kind and content of what was seen under a message."""
        return [[m["msg_type"], m["content"]] for m in self.seen if parent(m) == identity and m["msg_type"] in kinds]

    def printed(self, identity):
        return "".join(content["text"] for _, content in self.under(identity, "stream"))


def parent(message):
    return message["parent_header"].get("msg_id")


def opens(front):
    """A widget as the value of a cell: what opens, in which order, and what is shown."""
    cell = front.run("slider({ value: 3, max: 10, description: 'Dose' })")
    view = front.view(cell)
    front.idle(cell)
    order = [m["msg_type"] for m in front.seen if parent(m) == cell and m["msg_type"] not in ("status", "execute_input")]
    opened = [m for m in front.seen if m["msg_type"] == "comm_open"]
    return {
        "order": order,
        "view": view,
        "opened": [
            {
                "id": m["content"]["comm_id"],
                "target": m["content"]["target_name"],
                "version": m["metadata"].get("version"),
                "state": m["content"]["data"]["state"],
                "paths": m["content"]["data"]["buffer_paths"],
            }
            for m in opened
        ],
    }


def awaits(front):
    """A person moves a slider while a cell waits for it; the next cell sees the value."""
    cell = front.run("const dose = slider();\ndisplay(dose);\nconst chosen = await dose.next('value');\nconsole.log('chosen', chosen);\nchosen * 2")
    model = front.view(cell)["model_id"]
    change = front.changes(model, value=21)
    front.idle(change)
    front.idle(cell)
    later = front.run("dose.value + 1")
    front.idle(later)
    return {
        "printed": front.printed(cell),
        "result": front.under(cell, "execute_result")[0][1]["data"]["text/plain"],
        "later": front.under(later, "execute_result")[0][1]["data"]["text/plain"],
        "echo": [content["data"] for _, content in front.under(change, "comm_msg")],
    }


def click(front):
    """Clicks while a cell runs and after it: outputs and errors of the handler belong to the click."""
    code = """let clicks = 0;
const go = button({ description: 'Go' }, async () => {
  clicks += 1;
  console.log(`click ${clicks}`);
  await new Promise(resolve => setTimeout(resolve, 20));
  if (clicks === 2) throw new RangeError('twice');
  console.log('after a wait');
});
display(go);
await go.next('click');
console.log('the cell goes on');"""
    cell = front.run(code)
    model = front.view(cell)["model_id"]
    event = {"method": "custom", "content": {"event": "click"}}
    first = front.says(model, event)
    front.idle(first)
    front.idle(cell)
    second = front.says(model, event)
    front.idle(second)
    count = front.run("clicks")
    front.idle(count)
    return {
        "cell": front.printed(cell),
        "first": front.printed(first),
        "second": front.printed(second),
        "count": front.under(count, "execute_result")[0][1]["data"]["text/plain"],
    }


def progress(front):
    """A bar moves while its cell computes without an await, and all of it comes before idle."""
    code = """const bar = progressBar({ max: 3 });
display(bar);
for (let step = 1; step <= 3; step += 1) {
  const end = Date.now() + 300;
  while (Date.now() < end);
  bar.value = step;
}"""
    cell = front.run(code)
    moved = lambda m: m["msg_type"] == "comm_msg" and m["content"]["data"]["state"].get("value") == 1
    front.until(moved)
    busy = not any(parent(m) == cell and m["content"].get("execution_state") == "idle" for m in front.seen)
    front.idle(cell)
    values = [c["data"]["state"]["value"] for _, c in front.under(cell, "comm_msg")]
    return {"busy_at_first": busy, "values": values}


def late(front):
    """A front end that comes later asks for all widgets; bytes of a custom widget travel both ways."""
    code = "const chart = anywidget({ esm: 'export default { render() {} }', state: { pixels: new Uint8Array([1, 2, 255]), zoom: 1 } });\nchart"
    cell = front.run(code)
    model = front.view(cell)["model_id"]
    front.idle(cell)
    opened = front.says("control", {}, kind="comm_open", target_name="jupyter.widget.control")
    front.idle(opened)
    asked = front.says("control", {"method": "request_states"})
    front.idle(asked)
    answer = front.until(lambda m: parent(m) == asked and m["msg_type"] == "comm_msg")
    data = answer["content"]["data"]
    message = front.client.session.msg("comm_msg", {"comm_id": model, "data": {"method": "update", "state": {}, "buffer_paths": [["pixels"]]}})
    front.client.session.send(front.client.shell_channel.socket, message, buffers=[bytes([7, 8])])
    front.idle(message["header"]["msg_id"])
    read = front.run("[...chart.pixels].join()")
    front.idle(read)
    return {
        "method": data["method"],
        "names": sorted(state["model_name"] for state in data["states"].values()),
        "state": data["states"][model]["state"],
        "paths": data["buffer_paths"] == [[model, "state", "pixels"]],
        "bytes": [list(bytes(buffer)) for buffer in answer["buffers"]],
        "read": front.under(read, "execute_result")[0][1]["data"]["text/plain"],
    }


SCENARIOS = {"opens": opens, "awaits": awaits, "click": click, "progress": progress, "late": late}


if __name__ == "__main__":
    run(SCENARIOS, FrontEnd)

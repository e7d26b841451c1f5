"""Subshells (JEP 91): a second queue beside the main one."""

import json

from ..registry import Skip, check

PAGE = "messaging.html#create-subshell"


def created(kernel):
    """Id of a new subshell. @raises Skip when the kernel does not claim them."""
    if "kernel subshells" not in (kernel.info.get("supported_features") or []):
        raise Skip("the kernel does not claim subshells")
    answer = kernel.client.request("create_subshell_request", channel="control")["content"]
    assert answer["status"] == "ok" and isinstance(answer["subshell_id"], str), f"{answer}"
    return answer["subshell_id"]


def listed(kernel):
    """Ids of the subshells."""
    answer = kernel.client.request("list_subshell_request", channel="control")["content"]
    assert answer["status"] == "ok", f"{answer}"
    return answer["subshell_id"]


def deleted(kernel, id):
    """Deletes a subshell."""
    return kernel.client.request("delete_subshell_request", {"subshell_id": id}, channel="control")["content"]


@check("subshell.claimed", "supported_features claims kernel subshells", "messaging.html#kernel-info")
def claimed(kernel):
    assert "kernel subshells" in (kernel.info.get("supported_features") or []), f"{kernel.info.get('supported_features')}"


@check("subshell.life-cycle", "create, list, delete, and the list is empty again", PAGE)
def life_cycle(kernel):
    first, second = created(kernel), created(kernel)
    assert sorted(listed(kernel)) == sorted([first, second]), f"{listed(kernel)}"
    assert deleted(kernel, first)["status"] == "ok" and listed(kernel) == [second]
    assert deleted(kernel, second)["status"] == "ok" and listed(kernel) == []


@check("subshell.unknown", "deleting an unknown subshell is answered with an error", PAGE)
def unknown(kernel):
    deleted(kernel, created(kernel))
    assert deleted(kernel, "no-such-subshell")["status"] == "error"


@check("subshell.execute", "a cell in a subshell runs while the main shell awaits; outputs have their own parent", PAGE)
def execute(kernel):
    subshell = created(kernel)
    main = kernel.client.execute(kernel.code("sleep_then_print", text='"main"', ms=2500))
    kernel.client.wait(lambda: kernel.client.published[main], 5, "busy")
    kernel.client.settle(0.1)
    side = kernel.client.execute(kernel.code("print", text='"side"'), subshell=subshell)
    run = kernel.client.finished(side, timeout=5)
    assert main not in kernel.client.replies, "the subshell waited for the main shell"
    assert run.ok().text() == "side\n", f"{run.text()!r}"
    kernel.client.finished(main).ok().prints("main\n")
    deleted(kernel, subshell)


@check("subshell.shared-names", "a subshell sees and changes the names of the notebook", PAGE)
def shared(kernel):
    subshell = created(kernel)
    kernel.run("assign", name="common", value="1").ok()
    kernel.client.finished(kernel.client.execute(kernel.code("add", name="common"), subshell=subshell)).ok()
    kernel.run("read", name="common").shows("2")
    deleted(kernel, subshell)


@check("subshell.unknown-execute", "a cell for an unknown subshell gets an error reply", PAGE)
def unknown_execute(kernel):
    deleted(kernel, created(kernel))
    id = kernel.client.execute(kernel.code("expression"), subshell="no-such-subshell")
    kernel.client.wait(lambda: id in kernel.client.replies, 5, "a reply")
    assert kernel.client.replies[id]["content"]["status"] == "error"


@check("subshell.order", "cells of one subshell run in order", PAGE)
def order(kernel):
    subshell = created(kernel)
    ids = [
        kernel.client.execute(kernel.code("print", text=json.dumps(f"s{n}")), subshell=subshell) for n in range(10)
    ]
    runs = [kernel.client.finished(id) for id in ids]
    assert [run.text() for run in runs] == [f"s{n}\n" for n in range(10)]
    starts = [kernel.client.log.index(run.messages[0]) for run in runs]
    assert starts == sorted(starts), "another order"
    deleted(kernel, subshell)

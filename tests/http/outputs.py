"""Outputs to emit."""


def inline(value):
    return {"kind": "inline", "value": value}


def final(value="Bees dance.", ok=True):
    return {"type": "final", "content": inline(value), "ok": ok}


def progress(stage="reading", note=None):
    return {"type": "progress", "stage": stage, "note": note}


def partial(value):
    return {"type": "partial", "chunk": inline(value)}


def artifact(name, value):
    return {"type": "artifact", "name": name, "content": inline(value)}


def file_ref(path="/tmp/map.svg", mime=None, size_hint=None):
    return {"kind": "file_ref", "path": path, "mime": mime, "size_hint": size_hint}


def output(agent="writer", event=None, task="bees", attempt=1, **more):
    """The body of an emit."""
    return {
        "task_id": task,
        "attempt": attempt,
        "producer_agent": agent,
        "event": final() if event is None else event,
        **more,
    }

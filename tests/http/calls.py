"""How each operation that needs a token is called, with as little as it takes."""

import dataclasses
import json

import pytest

from client import quoted
from outputs import output
from server import skep

RUN = {"task_id": "bees", "attempt": 1}
WHERE = {**RUN, "producer_agent": "writer"}
EMIT = json.dumps(output()).encode()
INITIALIZE = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "bees", "version": "1"},
        },
    }
).encode()
JSON = "application/json"
NDJSON = "application/x-ndjson"
TEXT = "text/plain"


@dataclasses.dataclass(frozen=True)
class Call:
    """`status` is what it gets from a store where {name} and {ref} have stored something."""

    query: dict = dataclasses.field(default_factory=dict)
    content_type: str | None = None
    body: bytes | None = None
    status: int = 200


_GETS_WITHOUT_HEAD = {
    "GET /v1/export": Call(),
    "GET /v1/stream": Call(),
    "GET /v1/backup": Call(),
    "GET /mcp": Call(status=400),
}
_GETS = {
    "GET /v1/data/{name}": Call(),
    "GET /v1/outputs": Call(),
    "GET /v1/outputs/{ref}": Call(),
    "GET /v1/outputs/{ref}/content": Call(),
    "GET /v1/outputs/{ref}/blob": Call(),
    "GET /v1/outputs/{ref}/slice": Call(),
    "GET /v1/outputs/{ref}/ancestors": Call(),
    "GET /v1/outputs/{ref}/descendants": Call(),
    "GET /v1/latest": Call({"producer_agent": "writer"}),
    "GET /v1/latest/content": Call({"producer_agent": "writer"}),
    "GET /v1/tasks": Call(),
    "GET /v1/runs": Call(),
    "GET /v1/agents": Call(),
    "GET /v1/stats": Call(),
    "GET /v1/search": Call({"q": "bees"}),
    "GET /v1/diff": Call(
        {f"{side}_{name}": RUN[name] for side in ("left", "right") for name in RUN}
    ),
    "GET /metrics": Call(),
}
_OTHERS = {
    "POST /v1/data/emit": Call({}, JSON, EMIT),
    "POST /v1/data/{name}": Call({}, JSON, EMIT),
    "POST /v1/outputs": Call({}, NDJSON, EMIT),
    "POST /v1/outputs/content": Call(WHERE, TEXT, b"Bees dance."),
    "POST /v1/outputs/blob": Call(WHERE, TEXT, b"Bees dance."),
    "POST /v1/records": Call({}, NDJSON, b""),
    "POST /v1/blobs": Call({}, TEXT, b"Bees dance."),
    "POST /v1/blobs/collect": Call({"dry_run": "true"}),
    "POST /v1/prune": Call({}, JSON, b'{"task_id": "bees", "dry_run": true}'),
    "POST /v1/verify": Call(),
    "POST /mcp": Call({}, JSON, INITIALIZE),
    "DELETE /mcp": Call(status=400),
}
_HEADS = {name.replace("GET", "HEAD", 1): call for name, call in _GETS.items()}

CALLS = {**_GETS_WITHOUT_HEAD, **_GETS, **_HEADS, **_OTHERS}


def ask(caller, operation, ref="out-0000000000", headers=()):
    """The checked answer to `operation`; without its body if that never ends."""
    call = CALLS[operation]
    method, template = operation.split(" ")
    path = template.replace("{ref}", quoted(ref)).replace("{name}", "writer")
    fields = {"Content-Type": call.content_type, **dict(headers)}
    answer, response = caller.open(method, path, call.body, fields, **call.query)
    if answer.headers.get_content_type() == "text/event-stream":
        response.close()
    else:
        answer.body = response.read()
    caller.server.contract.check(answer)
    return answer


@pytest.fixture(scope="module")
def ref(server):
    """A blob, in a store with an index."""
    indexed = skep("index", "--db", server.database)
    assert indexed.returncode == 0, indexed.stderr
    with server.client() as caller:
        return ask(caller, "POST /v1/outputs/blob").out_id

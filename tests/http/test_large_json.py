"""JSON that would become a tree larger than memory is refused before it is one."""

import json

import pytest

from outputs import output

SIZE = 60 << 20
ZEROS = b"0," * (SIZE // 2)
# AddressSanitizer keeps what is freed for a while, 256 MiB of it unless it is told not to.
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=4:malloc_context_size=2"}
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_run","arguments":'


@pytest.mark.parametrize(
    "path, begin, end",
    [
        ("/mcp", b"[", b"0]"),
        ("/mcp", CALL + b'{"task_id":[', b"0]}}}"),
        ("/mcp", b"[", b""),
        ("/v1/prune", b"[", b"0]"),
        ("/v1/prune", b'{"task_id":[', b"0]}"),
    ],
)
def test_it_is_refused_and_takes_little_memory(start, path, begin, end):
    server = start(environment=ENVIRONMENT)
    body = begin + ZEROS + end
    with server.client() as caller:
        caller.emit(output()).expect(200)
        before = server.resident_bytes(at_most=True)
        accept = {"Accept": "application/json, text/event-stream"}
        answer = caller.post(path, body, accept)
        assert answer.status in (400, 413, 422), answer
        if answer.status == 413:
            assert answer.problem == "too_large"
        assert server.resident_bytes(at_most=True) - before < 6 * len(body)
    with server.client() as caller:
        caller.emit(output()).expect(200)
        caller.post("/v1/prune", {"task_id": "bees"}).expect(200)


def test_what_is_large_but_flat_is_taken(start):
    """A text of that size is no tree."""
    server = start(environment=ENVIRONMENT)
    body = json.dumps(output(event={"type": "progress", "stage": "s"}))
    with server.client() as caller:
        padded = body.encode().ljust(SIZE)
        before = server.resident_bytes(at_most=True)
        caller.emit(padded).expect(200)
        assert server.resident_bytes(at_most=True) - before < 6 * SIZE

"""A large body is in memory about once: what it takes is little more than its own size twice."""

import json
import os

import pytest

from client import target
from outputs import final, output

SIZE = 60 * 2**20
# A sanitizer marks the state of each byte, with an eighth more.
MOST = SIZE * (2.7 if os.environ.get("SKEP_SANITIZE") else 2.2)
CONTENT = target("/v1/outputs/content", task_id="t", attempt=1, producer_agent="a")


def _pieces(body):
    return (body[at : at + 2**16] for at in range(0, len(body), 2**16))


def _emit(text):
    head, tail = json.dumps(output(event=final("TEXT"))).encode().split(b"TEXT")
    return "/v1/data/emit", "application/json", head + text + tail


def _text(text):
    return CONTENT, "text/plain", text


def _json(text):
    return CONTENT, "application/json", b'"' + text + b'"'


@pytest.mark.parametrize("spelled", [_text, _json, _emit])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_large_body(start, spelled, chunked):
    server = start(environment={"ASAN_OPTIONS": "quarantine_size_mb=4:malloc_context_size=2"})
    text = b"Bees dance in the hive. " * (SIZE // 24)
    where, content_type, body = spelled(text)
    headers = {"Content-Type": content_type}
    if chunked:
        headers["Transfer-Encoding"] = "chunked"
        body = _pieces(body)
    with server.client() as caller:
        caller.emit(output()).expect(200)
        before = server.resident_bytes(at_most=True)
        out_id = caller.request("POST", where, body, headers).out_id
        more = server.resident_bytes(at_most=True) - before
        assert more < MOST, f"{more >> 20} MiB more"
        last = caller.get(f"/v1/outputs/{out_id}/content", {"Range": "bytes=-6"}).expect(206)
        assert last.body == b" hive. "[-6:]

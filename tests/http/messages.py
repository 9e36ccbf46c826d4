"""Requests as text, for tests that bend them."""

import json

from outputs import output

EMIT = "/v1/data/emit"


def message(server, start, *fields, host=True, body=""):
    """A request: `start` is its first line, or its method and target."""
    if " HTTP/" not in start:
        start += " HTTP/1.1"
    lines = [
        start,
        *([f"Host: {server.address}"] if host else []),
        f"Authorization: Bearer {server.token}",
        *fields,
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def post(server, *fields, body=""):
    """An emit of which `fields` say how long it is."""
    return message(server, f"POST {EMIT}", "Content-Type: application/json", *fields, body=body)


def emit_of(server, agent, *fields):
    """A whole emit."""
    body = json.dumps(output(agent))
    return post(server, f"Content-Length: {len(body)}", *fields, body=body)

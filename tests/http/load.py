"""What a server is busy with."""

from messages import message
from metrics import Metrics


def metric(caller, name):
    return Metrics(caller.get("/metrics").expect(200).text).sum(name)


def in_flight(caller):
    """Requests under way, without the one that asks."""
    return metric(caller, "skep_http_requests_in_flight") - 1


def admitted(server, wire, start, body, *fields, length=None):
    """Sends a request, and `body` once the server waits for it: all of it, or what there is yet."""
    wire.send(
        message(
            server,
            start,
            "Content-Type: application/json",
            f"Content-Length: {len(body) if length is None else length}",
            "Expect: 100-continue",
            *fields,
        )
    )
    assert wire.answer(*start.split()).status == 100
    wire.send(body)


def told_to_wait(answer, status, problem):
    """The problem of an answer that says, once, when to try again."""
    answer.expect(status, problem)
    (seconds,) = answer.headers.get_all("Retry-After", [])
    assert int(seconds) >= 1
    return answer.json

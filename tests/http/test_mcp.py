"""/mcp: what the clients of tests/mcp don't try."""

import contextlib
import json
import sqlite3

import pytest

from server import eventually

NEWEST = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": NEWEST,
    "io.modelcontextprotocol/clientCapabilities": {},
}


def request(method, params=None, number=1):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}


def stateless(method, params=None, **meta):
    return request(method, {**(params or {}), "_meta": {**META, **meta}})


def headers_of(message):
    params = message["params"]
    headers = {"MCP-Protocol-Version": NEWEST, "Mcp-Method": message["method"]}
    if "name" in params or "uri" in params:
        headers["Mcp-Name"] = params.get("name") or params["uri"]
    return headers


def ask(client, message, headers=None):
    return client.post("/mcp", message, headers_of(message) if headers is None else headers)


def initialize(client, revision="2025-11-25"):
    """The headers of a new session."""
    params = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    answer = client.post("/mcp", request("initialize", params)).expect(200)
    assert answer.json["result"]["protocolVersion"] == revision
    return {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"], "MCP-Protocol-Version": revision}


def emit(client, task="t", agent="a"):
    arguments = {"text": "x", "task_id": task, "producer_agent": agent}
    message = stateless("tools/call", {"name": "emit_output", "arguments": arguments})
    answer = ask(client, message).expect(200)
    return answer.json["result"]["structuredContent"]["ref"]


def call(client, tool, arguments):
    """What a call that asks for progress is answered with; it goes on from here."""
    message = stateless("tools/call", {"name": tool, "arguments": arguments}, progressToken=1)
    headers = {"Content-Type": "application/json", **headers_of(message)}
    _, response = client.open("POST", "/mcp", json.dumps(message).encode(), headers)
    assert response.headers["Content-Type"] == "text/event-stream"
    return events(response)


def events(response):
    """The messages of a stream."""
    while line := response.readline():
        if line.startswith(b"data: "):
            yield json.loads(line[len(b"data: ") :])


class TestStateless:
    def test_an_answer_is_json(self, client):
        answer = ask(client, stateless("tools/list")).expect(200)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Mcp-Session-Id" not in answer.headers
        assert answer.json["result"]["resultType"] == "complete"

    @pytest.mark.parametrize(
        "change",
        [
            {"MCP-Protocol-Version": None},
            {"MCP-Protocol-Version": "2025-11-25"},
            {"Mcp-Method": None},
            {"Mcp-Method": "tools/list"},
            {"Mcp-Name": None},
            {"Mcp-Name": "read_output"},
            {"Mcp-Name": "=?base64?cmVhZF9vdXRwdXQ=?="},
            {"Mcp-Name": "=?base64?!?="},
        ],
    )
    def test_headers_must_be_what_the_body_says(self, client, change):
        message = stateless("tools/call", {"name": "list_run", "arguments": {}})
        answer = ask(client, message, {**headers_of(message), **change}).expect(400)
        assert answer.json["error"]["code"] == -32020
        assert answer.json["id"] == 1

    def test_a_name_may_be_spelled_in_base64(self, client):
        message = stateless("tools/call", {"name": "list_run", "arguments": {}})
        ask(client, message, {**headers_of(message), "Mcp-Name": "=?base64?bGlzdF9ydW4=?="}).expect(200)

    def test_the_header_alone_is_not_enough(self, client):
        answer = client.post("/mcp", request("tools/list"), {"MCP-Protocol-Version": NEWEST})
        assert "protocolVersion" in answer.expect(400).json["error"]["message"]

    def test_statuses(self, client):
        ask(client, stateless("nope")).expect(404)
        unknown = stateless("tools/list", **{"io.modelcontextprotocol/protocolVersion": "1900-01-01"})
        answer = ask(client, unknown, {**headers_of(unknown), "MCP-Protocol-Version": "1900-01-01"})
        assert answer.expect(400).json["error"]["data"]["requested"] == "1900-01-01"
        bare = stateless("tools/list")
        del bare["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"]
        assert ask(client, bare).expect(400).json["error"]["code"] == -32602
        missing = stateless("resources/read", {"uri": "skep://output/none"})
        assert ask(client, missing).expect(200).json["error"]["code"] == -32602

    def test_what_is_no_message(self, client):
        assert client.post("/mcp", b"{").expect(400).json["error"]["code"] == -32700
        assert client.post("/mcp", "5").expect(400).json["error"]["code"] == -32600
        assert client.post("/mcp", {"jsonrpc": "2.0", "id": 3}).expect(400).json["id"] == 3
        client.post("/mcp", [stateless("tools/list")]).expect(400)
        client.post("/mcp", b"{}", content_type="text/plain").expect(415)
        client.post("/mcp", stateless("tools/list"), extra=1).expect(400, "bad_request")
        client.post("/mcp", {"jsonrpc": "2.0", "id": 1, "result": {}}).expect(202)

    def test_progress_makes_a_stream_of_it(self, client):
        message = stateless("tools/call", {"name": "list_run", "arguments": {}}, progressToken="p")
        answer = ask(client, message).expect(200)
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.text.startswith("event: message\ndata: {")

    def test_a_subscription_is_a_stream(self, server, client):
        uri = "skep://run/live/1"
        message = stateless("subscriptions/listen", {"notifications": {"resourceSubscriptions": [uri]}})
        with server.client() as listener:
            headers = {"Content-Type": "application/json", **headers_of(message)}
            answer, response = listener.open("POST", "/mcp", json.dumps(message).encode(), headers)
            assert answer.status == 200
            told = events(response)
            assert next(told)["params"]["notifications"] == {"resourceSubscriptions": [uri]}
            emit(client, "elsewhere")
            emit(client, "live")
            update = next(told)
            assert update["params"]["uri"] == uri
            assert update["params"]["_meta"] == {"io.modelcontextprotocol/subscriptionId": 1}


class TestSession:
    def test_a_session(self, client):
        session = initialize(client)
        notice = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        assert client.post("/mcp", notice, session).expect(202).body == b""
        assert client.post("/mcp", request("ping"), session).expect(200).json["result"] == {}
        client.post("/mcp", request("nope"), session).expect(404)
        other = {**session, "MCP-Protocol-Version": "banana"}
        assert client.post("/mcp", request("ping", number=9), other).expect(400).json["id"] == 9
        assert client.post("/mcp", request("initialize", {"protocolVersion": "2025-11-25"})).expect(200)
        client.request("DELETE", "/mcp", None, session).expect(204)
        client.post("/mcp", request("ping"), session).expect(404)
        client.request("DELETE", "/mcp", None, session).expect(404)
        client.get("/mcp", session).expect(404)

    def test_without_a_session(self, client):
        client.post("/mcp", request("tools/list")).expect(400)
        client.get("/mcp").expect(400)
        client.request("DELETE", "/mcp").expect(400)
        client.post("/mcp", request("ping"), {"Mcp-Session-Id": "0" * 32}).expect(404)
        client.post("/mcp", request("initialize")).expect(400)
        client.request("PUT", "/mcp", b"").expect(405)

    def test_a_session_is_that_of_its_token(self, server):
        with server.client(server.mint("read", "--subject", "one")) as one:
            session = initialize(one)
            one.post("/mcp", request("ping"), session).expect(200)
        with server.client(server.mint("read", "--subject", "two")) as two:
            two.post("/mcp", request("ping"), session).expect(404)

    def test_batches_of_one_revision(self, client):
        session = initialize(client, "2025-03-26")
        batch = [request("ping", number=1), {"jsonrpc": "2.0", "method": "x"}, request("nope", number=2)]
        answers = client.post("/mcp", batch, session).expect(200).json
        assert [answer["id"] for answer in answers] == [1, 2]
        client.post("/mcp", [{"jsonrpc": "2.0", "method": "x"}], session).expect(202)
        client.post("/mcp", [], session).expect(400)
        client.post("/mcp", batch, initialize(client)).expect(400)

    def test_the_stream_goes_on_where_it_was_left(self, server, client):
        session = initialize(client)
        uri = "skep://latest/left"
        client.post("/mcp", request("resources/subscribe", {"uri": uri}), session).expect(200)
        headers = session
        for _ in range(3):
            emit(client, agent="left")
            with server.client() as listener:
                answer, response = listener.open("GET", "/mcp", None, headers)
                assert answer.status == 200
                lines = iter(response.readline, b"")
                number = next(line for line in lines if line.startswith(b"id: "))
                assert next(events(response))["params"]["uri"] == uri
                response.close()
            headers = {**session, "Last-Event-ID": number[4:].decode().strip()}
        client.get("/mcp", {**session, "Last-Event-ID": "x"}).expect(400, "bad_request")

    def test_a_newer_stream_ends_an_older_one(self, server, client):
        session = initialize(client)
        with server.client() as old, server.client() as new:
            _, first = old.open("GET", "/mcp", None, session)
            _, second = new.open("GET", "/mcp", None, session)
            assert list(events(first)) == []
            client.request("DELETE", "/mcp", None, session).expect(204)
            assert list(events(second)) == []

    def test_the_oldest_of_a_client_ends(self, server):
        with server.client(server.mint("read")) as many:
            first = initialize(many)
            second = initialize(many)
            many.post("/mcp", request("ping"), first).expect(200)
            for _ in range(63):
                last = initialize(many)
            many.post("/mcp", request("ping"), second).expect(404)
            many.post("/mcp", request("ping"), first).expect(200)
            many.post("/mcp", request("ping"), last).expect(200)


class TestLimits:
    def test_a_call_is_no_stream(self, start):
        """Whether it is answered with events or not."""
        server = start("--max-streams", "1")
        with server.client() as client, server.client() as listener, server.client() as caller:
            session = initialize(client)
            _, stream = listener.open("GET", "/mcp", None, session)
            client.get("/mcp", initialize(client)).expect(503, "overloaded")
            assert [told["id"] for told in call(caller, "list_run", {"task_id": "t"})] == [1]
            stream.close()

    def test_a_call_with_events_is_a_request_until_its_end(self, start):
        server = start("--max-requests-per-client", "2")
        with contextlib.ExitStack() as callers, server.client() as client:
            file = callers.enter_context(contextlib.closing(sqlite3.connect(server.database)))
            file.execute("BEGIN IMMEDIATE")
            text = {"text": "x", "task_id": "t", "producer_agent": "a"}
            answers = [
                call(callers.enter_context(server.client()), "emit_output", text) for _ in range(2)
            ]
            client.get("/v1/stats").expect(429, "too_many_requests")
            file.rollback()
            assert [list(answer)[-1]["result"]["isError"] for answer in answers] == [False] * 2
            eventually(lambda: client.get("/v1/stats").status == 200, "room for the client")


def test_other_pages_are_refused(client):
    message = stateless("tools/list")
    headers = {**headers_of(message), "Origin": "https://evil.example"}
    client.post("/mcp", message, headers).expect(403, "origin_not_allowed")
    client.post("/mcp", message, {**headers_of(message), "Host": "evil.example"}).expect(403)


def test_a_server_stops_beside_open_streams(start):
    server = start()
    with server.client() as client:
        session = initialize(client)
        message = stateless("subscriptions/listen", {"notifications": {}})
        with server.client() as one, server.client() as two:
            one.open("GET", "/mcp", None, session)
            headers = {"Content-Type": "application/json", **headers_of(message)}
            _, response = two.open("POST", "/mcp", json.dumps(message).encode(), headers)
            assert next(events(response))["method"] == "notifications/subscriptions/acknowledged"
            server.stop()
            eventually(lambda: not response.readline(), "the end of the stream")

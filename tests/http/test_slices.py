"""Parts of contents: what fits, and how to read on."""

import json

import pytest

from outputs import file_ref, final, output, progress

LINES = [f"line {i}, dänce 🐝. More\n" for i in range(1, 2001)]
TEXT = "".join(LINES)


@pytest.fixture(scope="module")
def text_ref(server):
    with server.client() as caller:
        return caller.emit(output(event=final(TEXT))).out_id


def _slice(caller, out_id, **parameters):
    return caller.get(f"/v1/outputs/{out_id}/slice", **parameters)


def _part(caller, out_id, **parameters):
    return _slice(caller, out_id, **parameters).expect(200).json


class TestAPart:
    def test_lines(self, client, text_ref):
        part = _part(client, text_ref, lines="10-12")
        assert part["text"] == "".join(LINES[9:12])
        assert (part["first_line"], part["last_line"], part["total_lines"]) == (10, 12, 2000)
        assert part["total_bytes"] == len(TEXT.encode())
        assert part["summary"].startswith("lines 10-12 of 2000, bytes ")
        assert part["next"] is None and part["next_url"] is None
        assert part["id"] == text_ref

    def test_bytes_first_and_last(self, client, text_ref):
        assert _part(client, text_ref, bytes="0-5")["text"] == "line 1"
        assert _part(client, text_ref, first=30)["text"] == LINES[0]
        assert _part(client, text_ref, last=30)["text"] == LINES[-1]

    def test_the_budget_by_default(self, client, text_ref):
        part = _part(client, text_ref)
        assert 6000 <= len(part["text"]) <= 8000
        assert part["remaining_bytes"] == part["total_bytes"] - part["end_byte"] > 0

    @pytest.mark.parametrize("first", [{}, {"lines": "7-1500"}, {"max_chars": 997}])
    def test_following_next_url_reads_all(self, client, text_ref, first):
        part, texts = _part(client, text_ref, **first), []
        while True:
            texts.append(part["text"])
            if part["next_url"] is None:
                break
            assert part["next"]["max_chars"] == first.get("max_chars", 8000)
            part = client.get(part["next_url"]).expect(200).json
        wanted = "".join(LINES[6:1500]) if "lines" in first else TEXT
        assert "".join(texts) == wanted

    def test_a_pointer(self, client):
        value = {"list": [{"a/b": "x\ny"}, 1], "empty": ""}
        out_id = client.emit(output(event=final(value))).out_id
        part = _part(client, out_id, pointer="/list/0/a~1b", lines="2")
        assert (part["text"], part["media_type"]) == ("y", "text/plain; charset=utf-8")
        part = _part(client, out_id, pointer="/list/1")
        assert (part["text"], part["media_type"]) == ("1", "application/json")
        assert _part(client, out_id, pointer="/empty")["summary"] == "all of it: 0 lines, 0 bytes"
        problem = _slice(client, out_id, pointer="/lost").expect(422, "invalid_argument").json
        assert problem["detail"].endswith('an object, whose members are "list", "empty"')

    def test_head(self, client, text_ref):
        client.head(f"/v1/outputs/{text_ref}/slice", lines="1").expect(200)


class TestGrep:
    def test_lines_that_match(self, client, text_ref):
        part = _part(client, text_ref, grep="LINE 9[89],", ignore_case="true", context=1)
        shown = ["97-", "98:", "99:", "100-"]
        assert part["text"] == "".join(n + LINES[int(n[:-1]) - 1] for n in shown)
        at = len("".join(LINES[:97]).encode())
        assert part["matches"][0] == {"line": 98, "byte": at, "length_bytes": 8}

    def test_reading_on(self, client, text_ref):
        part, lines = _part(client, text_ref, grep=r"\d5,", max_matches=30, max_chars=500), []
        while True:
            assert len(part["text"]) <= 500
            lines += [match["line"] for match in part["matches"]]
            if part["next_url"] is None:
                break
            part = client.get(part["next_url"]).expect(200).json
        assert lines == [n for n in range(10, 2001) if n % 10 == 5]

    def test_a_bad_pattern(self, client, text_ref):
        problem = _slice(client, text_ref, grep="a(b").expect(422, "invalid_argument").json
        assert "missing ): a(b, at byte 0" in problem["detail"]


class TestRefusals:
    @pytest.mark.parametrize(
        "parameters, name",
        [
            ({"lines": "a"}, "lines"),
            ({"lines": "1-2-3"}, "lines"),
            ({"bytes": ""}, "bytes"),
            ({"first": "-1"}, "first"),
            ({"last": "9" * 30}, "last"),
            ({"max_chars": "many"}, "max_chars"),
            ({"grep": "x", "context": "x"}, "context"),
            ({"grep": "x", "ignore_case": "yes"}, "ignore_case"),
            ({"context": 1}, "context"),
            ({"lines": "1", "bytes": "1"}, "bytes"),
            ({"limit": 1}, "limit"),
        ],
    )
    def test_a_parameter_that_is_malformed(self, client, text_ref, parameters, name):
        detail = _slice(client, text_ref, **parameters).expect(400, "bad_request").json["detail"]
        assert f"'{name}'" in detail

    @pytest.mark.parametrize(
        "parameters, status, problem",
        [
            ({"lines": "0"}, 422, "invalid_argument"),
            ({"lines": "3-2"}, 422, "invalid_argument"),
            ({"lines": "2001"}, 422, "invalid_argument"),
            ({"bytes": "99999999-"}, 422, "invalid_argument"),
            ({"max_chars": 0}, 422, "invalid_argument"),
            ({"max_chars": 1000001}, 422, "invalid_argument"),
            ({"grep": "x", "max_chars": 10}, 422, "invalid_argument"),
            ({"pointer": "x"}, 422, "invalid_argument"),
            ({"grep": "x" * 1025}, 413, "too_large"),
        ],
    )
    def test_what_does_not_fit(self, client, text_ref, parameters, status, problem):
        _slice(client, text_ref, **parameters).expect(status, problem)

    def test_what_has_no_body(self, client):
        for event, why in [
            (progress(), "a progress event"),
            ({"type": "final", "content": file_ref("/etc/passwd"), "ok": True}, "/etc/passwd"),
        ]:
            out_id = client.emit(output(event=event)).out_id
            assert why in _slice(client, out_id).expect(404, "not_found").json["detail"]
        _slice(client, "out-0000000000").expect(404, "not_found")


class TestLimitedTokens:
    def test_see_their_runs_only(self, server, client):
        refs = {
            (task, attempt): client.emit(
                output(event=final({"secret": 1}), task=task, attempt=attempt)
            ).out_id
            for task in ("mine", "theirs")
            for attempt in (1, 2)
        }
        token = server.mint("read", "--task", "mine", "--attempt", "1")
        with server.client(token) as caller:
            for run, out_id in refs.items():
                if run == ("mine", 1):
                    assert _part(caller, out_id, pointer="/secret")["text"] == "1"
                    continue
                # Not even what a wrong pointer would tell.
                for parameters in ({}, {"pointer": "/x"}, {"lines": "99"}):
                    problem = _slice(caller, out_id, **parameters).expect(404, "not_found").json
                    assert problem["detail"] == f"output not found: {out_id}"
                    assert "secret" not in json.dumps(problem)

    def test_need_the_scope(self, server, text_ref):
        with server.client(server.mint("emit")) as caller:
            _slice(caller, text_ref).expect(403, "forbidden")
        with server.anonymous() as caller:
            _slice(caller, text_ref).expect(401, "unauthorized")

"""Streams that are taken up again, and what tells a client where it stands."""

import json

import pytest

from events import EventStream
from foreign import fill, insert
from load import metric
from outputs import final, output, partial, progress
from server import Server, eventually, skep
from test_mcp import events, initialize


def _block(stream):
    """The lines up to the next empty one, as (field, value); None at the end."""
    fields = []
    while line := stream.line():
        name, _, value = line.partition(":")
        fields.append((name, value.removeprefix(" ")))
    return fields if line == "" else None


class TestTheFirstBlock:
    def test_it_says_where_the_stream_begins(self, server, client):
        client.emit(output()).expect(200)
        last_seq = client.get("/v1/stats").json["last_seq"]
        with EventStream(server) as stream:
            assert _block(stream) == [("retry", "1000"), ("id", str(last_seq))]

    @pytest.mark.parametrize(
        "headers, parameters, position",
        [
            ({}, {"after_seq": 0}, "0"),
            ({}, {"after_seq": 7}, "7"),
            ({"Last-Event-ID": "3"}, {"after_seq": 7}, "3"),
        ],
    )
    def test_that_is_where_it_was_told_to(self, server, headers, parameters, position):
        with EventStream(server, headers=headers, **parameters) as stream:
            assert _block(stream) == [("retry", "1000"), ("id", position)]

    def test_whoever_saw_no_event_misses_none(self, server, client):
        client.emit(output("before")).expect(200)
        with EventStream(server) as stream:
            position = dict(_block(stream))["id"]
        missed = client.emit(output("between")).out_id
        with EventStream(server, headers={"Last-Event-ID": position}) as stream:
            assert stream.record()["id"] == missed

    def test_of_an_empty_store_too(self, start):
        server = start()
        with EventStream(server) as stream:
            position = dict(_block(stream))["id"]
        with server.client() as caller:
            missed = caller.emit(output("first")).out_id
        with EventStream(server, headers={"Last-Event-ID": position}) as stream:
            assert stream.record()["id"] == missed


class TestPings:
    @pytest.fixture(scope="class")
    def pinging(self, tmp_path_factory):
        server = Server(tmp_path_factory.mktemp("store"), "--stream-ping", "0.1")
        yield server
        server.stop()

    def test_without_news_they_have_no_id(self, pinging):
        with EventStream(pinging) as stream:
            _block(stream)
            for _ in range(3):
                assert _block(stream) == [("", "ping")]

    def test_they_tell_of_what_the_filter_left_out(self, pinging):
        with pinging.client() as caller:
            with EventStream(pinging, type="final") as stream:
                _block(stream)
                for event in (progress(), partial("x"), progress()):
                    passed = caller.emit(output(event=event)).out_id
                seq = str(caller.get(f"/v1/outputs/{passed}").json["seq"])
                lines = [line for _ in range(30) for line in _block(stream)]
                assert {name for name, _ in lines} == {"id", ""}
                assert lines[lines.index(("id", seq)) + 1] == ("", "ping")
            with EventStream(pinging, type="final", headers={"Last-Event-ID": seq}) as stream:
                out_id = caller.emit(output("resumer")).out_id
                assert stream.record()["id"] == out_id

    def test_the_last_of_many_is_found_between_them(self, start):
        """Each ping comes before a look at all of them could have ended."""
        server = start("--stream-ping", "0.001")
        fill(server.database, 30_000)
        with server.client() as caller:
            last = caller.emit(output("finisher", final())).out_id
        with EventStream(server, type="final", after_seq=0) as stream:
            assert stream.record()["id"] == last


class TestSharedNumbers:
    """Another program gave one `seq` to several rows: who goes on from it has seen them all."""

    GOOD = json.dumps(final())
    DAMAGED = "{"

    @pytest.mark.parametrize("rows", [(DAMAGED, GOOD), (GOOD, DAMAGED), (GOOD, GOOD)])
    def test_the_last_of_them_alone_has_the_id(self, start, rows):
        server = start()
        ids = ["out-aaaaaaaaaa", "out-bbbbbbbbbb"]
        insert(server.database, *((id_, event, 5) for id_, event in zip(ids, rows)))
        with EventStream(server, after_seq=0) as stream:
            blocks = [_block(stream) for _ in range(3)][1:]
        seen = [dict(block) for block in blocks]
        assert sorted(json.loads(block["data"])["id"] for block in seen) == ids
        assert [block.get("id") for block in seen] == [None, "5"]

    def test_more_of_them_than_a_page_holds(self, start):
        server = start()
        insert(server.database, *((f"out-{i:010x}", self.GOOD, 5) for i in range(250)))
        with EventStream(server, after_seq=0) as stream:
            blocks = [dict(_block(stream)) for _ in range(251)][1:]
        assert len({json.loads(block["data"])["id"] for block in blocks}) == 250
        assert [block.get("id") for block in blocks] == [None] * 249 + ["5"]


class TestTokens:
    """Pings come every 15 s: what ends without one was ended by its token."""

    def test_a_stream_ends_with_its_token(self, server, client):
        with EventStream(server, server.mint("read", "--expires", "4s")) as stream:
            assert stream.answer.status == 200
            sent = [client.emit(output("hasty")).out_id for _ in range(3)]
            assert [record["id"] for record in stream.records(3)] == sent
            assert stream.event() is None
            assert stream.comment_count == 0

    def test_a_stream_ends_with_its_key(self, start):
        server = start()

        def rotate():
            ran = skep("token", "rotate", "--db", server.database)
            assert ran.returncode == 0, ran.stderr

        def works(token):
            with server.client(token) as caller:
                return caller.get("/v1/stats").status == 200

        with EventStream(server) as stream:
            rotate()
            fresh = server.mint("read emit")
            eventually(lambda: works(fresh), "the new key")
            with EventStream(server, fresh) as other, server.client(fresh) as caller:
                sent = [caller.emit(output()).out_id]
                assert [record["id"] for record in stream.records(1)] == sent
                rotate()
                assert stream.event() is None
                assert stream.comment_count == 0
                sent.append(caller.emit(output()).out_id)
                assert [record["id"] for record in other.records(2)] == sent

    def test_a_stream_of_a_session_does_too(self, server):
        with server.client(server.mint("read", "--expires", "4s")) as caller:
            session = initialize(caller)
            _, response = caller.open("GET", "/mcp", None, session)
            assert list(events(response)) == []

    def test_one_that_ended_gives_its_place_back(self, start):
        server = start("--max-streams", "1")
        with server.client() as caller:
            with EventStream(server, server.mint("read", "--expires", "4s")) as stream:
                assert stream.event() is None
                eventually(lambda: metric(caller, "skep_stream_clients") == 0, "no streams")
                with EventStream(server) as other:
                    assert other.answer.status == 200

"""GET /v1/search: the outputs that have the words."""

import pytest

from outputs import final, output, progress
from server import skep


def enable(server):
    """As an operator does while the server runs."""
    done = skep("index", "--db", server.database)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module", autouse=True)
def stored(server):
    with server.client() as caller:
        refs = {
            name: caller.emit(output(agent, event, task, attempt)).out_id
            for name, agent, event, task, attempt in [
                ("dance", "writer", final("Bees tell where flowers are with a dance."), "bees/é", 1),
                ("again", "writer", final("The dance, again."), "bees/é", 2),
                ("sign", "scout", progress("dance", "seen"), "wasps", 1),
            ]
        }
    enable(server)
    return refs


def found(client, words, **parameters):
    page = client.get("/v1/search", q=words, **parameters).expect(200).json
    return {hit["id"] for hit in page["hits"]}


def test_a_hit_says_what_was_found_where(client, stored):
    page = client.get("/v1/search", q="FLOWERS").expect(200).json
    assert page["next_offset"] is None
    (hit,) = page["hits"]
    assert hit["score"] > 0
    record = client.get(f"/v1/outputs/{stored['dance']}").json
    for name in ("id", "task_id", "attempt", "producer_agent", "seq", "created_at"):
        assert hit[name] == record[name]
    assert hit["type"] == "final"
    assert hit["snippet"] == {
        "text": "Bees tell where flowers are with a dance.",
        "matches": [{"begin": 16, "length": 7}],
        "is_cut_before": False,
        "is_cut_after": False,
    }


def test_the_words_and_the_filters(client, stored):
    dance, again, sign = stored["dance"], stored["again"], stored["sign"]
    assert found(client, "dance") == {dance, again, sign}
    assert found(client, '"a dance" OR seen') == {dance, sign}
    assert found(client, "dance -bees") == {again, sign}
    assert found(client, "flow* tell") == {dance}
    assert found(client, "dance", task_id="bees/é") == {dance, again}
    assert found(client, "dance", task_id="bees/é", attempt=2) == {again}
    assert found(client, "dance", producer_agent="scout") == {sign}
    assert found(client, "dance", type="progress") == {sign}
    assert found(client, "honey") == set()


def test_times(client, stored):
    assert found(client, "dance", created_from="2020-01-01") == set(stored.values())
    assert found(client, "dance", created_before="2020-01-01T00:00Z") == set()
    at = client.get(f"/v1/outputs/{stored['again']}").json["created_at"]
    assert stored["dance"] not in found(client, "dance", created_from=at) or (
        client.get(f"/v1/outputs/{stored['dance']}").json["created_at"] == at
    )
    assert stored["again"] in found(client, "dance", created_from=at)
    assert stored["again"] not in found(client, "dance", created_before=at)


def test_pages(client, stored):
    first = client.get("/v1/search", q="dance", limit=2).expect(200).json
    assert (len(first["hits"]), first["next_offset"]) == (2, 2)
    rest = client.get("/v1/search", q="dance", limit=2, offset=2).expect(200).json
    assert (len(rest["hits"]), rest["next_offset"]) == (1, None)
    assert {hit["id"] for hit in first["hits"] + rest["hits"]} == set(stored.values())


def test_what_is_emitted_is_found_at_once(client):
    out_id = client.emit(output(event=final("pollination"))).out_id
    assert found(client, "pollin*") == {out_id}


def test_snippets_are_as_long_as_asked(client, stored):
    (hit,) = client.get("/v1/search", q="flowers", snippet_chars=20).expect(200).json["hits"]
    snippet = hit["snippet"]
    assert "flowers" in snippet["text"] and len(snippet["text"]) <= 20
    assert snippet["is_cut_before"] and snippet["is_cut_after"]
    (hit,) = client.get("/v1/search", q="flowers", snippet_chars=0).expect(200).json["hits"]
    assert hit["snippet"]["text"] == ""


def test_malformed_words_are_named(client):
    for words, detail in [
        ("", "no word to search for"),
        ('bees "dance', "not closed at byte 5"),
        ("bees OR", "OR without a word after it"),
        ("-bees", "only words to exclude"),
    ]:
        problem = client.get("/v1/search", q=words).expect(422, "invalid_argument").json
        assert detail in problem["detail"]
    client.get("/v1/search", q="x" * 1001).expect(413, "too_large")
    client.get("/v1/search", q="a " * 33).expect(413, "too_large")


def test_syntax_of_an_engine_is_plain_text(client):
    for words in ("a:b", "NEAR(a b)", "^a", "a AND", "{a} : b", "'; DROP TABLE outputs", "a\0b"):
        client.get("/v1/search", q=words).expect(200)


@pytest.mark.parametrize(
    "parameter",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": 10_001},
        {"snippet_chars": 1_001},
        {"type": "verdict"},
        {"attempt": 1},
        {"created_from": "yesterday"},
        {"created_before": "2026-13-01"},
        {"cursor": "x"},
    ],
)
def test_what_no_parameter_takes_is_named(client, parameter):
    problem = client.get("/v1/search", q="a", **parameter).expect(400, "bad_request").json
    assert next(iter(parameter)) in problem["detail"]


def test_the_words_have_to_be_there(client):
    assert "'q'" in client.get("/v1/search").expect(400, "bad_request").json["detail"]


def test_a_limited_token_finds_its_own_only(server, stored):
    with server.client(server.mint("read", "--task", "bees/é")) as caller:
        caller.get("/v1/search", q="dance").expect(403, "forbidden")
        caller.get("/v1/search", q="dance", task_id="wasps").expect(403, "forbidden")
        own = {stored["dance"], stored["again"]}
        assert found(caller, "dance", task_id="bees/é") == own
        # The limit holds within the query: what others have takes no place on a page.
        page = caller.get("/v1/search", q="dance", task_id="bees/é", limit=2).json
        assert {hit["id"] for hit in page["hits"]} == own and page["next_offset"] is None
    with server.client(server.mint("read", "--task", "bees/é", "--attempt", "2")) as caller:
        caller.get("/v1/search", q="dance", task_id="bees/é").expect(403, "forbidden")
        assert found(caller, "dance", task_id="bees/é", attempt=2) == {stored["again"]}
    with server.client(server.mint("emit")) as caller:
        caller.get("/v1/search", q="dance").expect(403, "forbidden")


def test_without_an_index_the_answer_says_how_to_get_one(start):
    server = start()
    with server.client() as caller:
        out_id = caller.emit(output(event=final("bees"))).out_id
        problem = caller.get("/v1/search", q="bees").expect(409, "not_enabled").json
        assert "skep index" in problem["detail"]
        enable(server)
        assert found(caller, "bees") == {out_id}
        assert skep("index", "--off", "--db", server.database).returncode == 0
        caller.get("/v1/search", q="bees").expect(409, "not_enabled")

"""Paths, methods and parameters that there are, and those that there are not."""

import pytest


LISTINGS = ["/v1/outputs", "/v1/tasks", "/v1/runs", "/v1/agents"]


@pytest.mark.parametrize("path", LISTINGS)
@pytest.mark.parametrize(
    "name, value",
    [
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", ""),
        ("limit", "5x"),
        ("limit", "99999999999999999999"),
        ("cursor", "garbage"),
        ("cursor", "%"),
        ("cursor", "AAAAAAAAAAAAAAAAAAAAAAAA"),
        ("cursor", "x" * 4000),
        ("colour", "red"),
        ("", "x"),
        ("Limit", "5"),
    ],
)
def test_a_bad_parameter_of_a_listing_is_named(client, path, name, value):
    problem = client.get(path, **{name: value}).expect(400, "bad_request").json
    assert name in problem["detail"]


@pytest.mark.parametrize(
    "query, named",
    [
        ("attempt=1", "attempt"),
        ("task_id=a&attempt=-1", "attempt"),
        ("task_id=a&attempt=", "attempt"),
        ("task_id=a&attempt=4294967296", "attempt"),
        ("task_id=a&attempt=1.0", "attempt"),
        ("type=Final", "type"),
        ("type=", "type"),
        ("bodies=maybe", "bodies"),
        ("bodies=", "bodies"),
        ("after_seq=-1", "after_seq"),
        ("after_seq=x", "after_seq"),
        ("after_seq=9223372036854775808", "after_seq"),
        ("limit=5&limit=5", "limit"),
        ("task_id=a&task_id=b", "task_id"),
        ("task_id=%FF", "task_id"),
        ("task_id=%C3%28", "task_id"),
    ],
)
def test_a_bad_parameter_of_the_outputs_is_named(client, query, named):
    assert named in client.get(f"/v1/outputs?{query}").expect(400, "bad_request").json["detail"]


@pytest.mark.parametrize(
    "query, named",
    [
        ("", "producer_agent"),
        ("producer_agent=a&task_id=b", "attempt"),
        ("producer_agent=a&attempt=1", "task_id"),
        ("producer_agent=a&limit=1", "limit"),
        ("producer_agent=a&producer_agent=b", "producer_agent"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/latest", "/v1/latest/content"])
def test_a_bad_parameter_of_the_latest_is_named(client, path, query, named):
    assert named in client.get(f"{path}?{query}").expect(400, "bad_request").json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/v1/stats", "/v1/outputs/out-0000000000", "/v1/data/x", "/metrics", "/healthz", "/readyz"],
)
def test_a_parameter_that_the_route_does_not_know_is_named(client, path):
    assert "colour" in client.get(path, colour="red").expect(400, "bad_request").json["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1",
        "/v1/",
        "/v1/outputs/",
        "/v2/outputs",
        "/v1/data",
        "/v1/outputs/a/b",
        "/V1/outputs",
        "/v1/outputs/a/content/",
    ],
)
def test_a_path_that_is_none(client, path):
    client.get(path).expect(404, "no_route")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_refused_with_what_there_is(server, client, method):
    for template in server.contract.document["paths"]:
        if method in server.contract.methods_of(template):
            continue
        path = template.replace("{ref}", "out-0000000000").replace("{name}", "writer")
        answer = client.request(method, path).expect(405, "method_not_allowed")
        allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
        assert allowed == server.contract.methods_of(template), path


def test_options_tell_what_there_is(server, client):
    for template in server.contract.document["paths"]:
        path = template.replace("{ref}", "out-0000000000").replace("{name}", "writer")
        answer = client.request("OPTIONS", path).expect(204)
        allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
        assert allowed == server.contract.methods_of(template), path


def test_a_post_where_there_is_none(client):
    for path in ["/v1/stats", "/v1/tasks", "/v1/outputs/out-0000000000", "/healthz", "/v1/stream"]:
        client.post(path, {}).expect(405, "method_not_allowed")

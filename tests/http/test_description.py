"""/openapi.json: it is one, and it is true."""

import pathlib
import re

import jsonschema

DOCUMENTATION = pathlib.Path(__file__).parents[2] / "docs" / "http.md"


def _nodes(node, key=None):
    yield key, node
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _nodes(child, name)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _scope_of(operation):
    return operation["security"][0]["bearer"][0] if operation["security"] else "none"


class TestDescription:
    def test_it_is_one(self, server):
        with server.anonymous() as caller:
            answer = caller.get("/openapi.json").expect(200)
        document = answer.json
        assert document["openapi"].startswith("3.1.")
        assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
        assert document == server.contract.document

    def test_its_schemas_are_schemas_and_its_references_lead_somewhere(self, server):
        document = server.contract.document
        names, schema_count = [], 0
        for key, node in _nodes(document):
            if key == "schema" or key == "schemas":
                for schema in [node] if key == "schema" else node.values():
                    jsonschema.Draft202012Validator.check_schema(schema)
                    schema_count += 1
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                found = document
                for step in node["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            if isinstance(node, dict) and "operationId" in node:
                names.append(node["operationId"])
        assert schema_count > 50 and len(names) == len(set(names)) > 30

    def test_every_operation_answers(self, server):
        for template, item in server.contract.document["paths"].items():
            path = template.replace("{ref}", "out-0000000000").replace("{name}", "nobody")
            for method in item:
                with server.client() as caller:
                    answer, _ = caller.open(method.upper(), path, b"" if method == "post" else None)
                    assert answer.status not in (401, 403, 405, 500, 501, 503), answer

    def test_every_parameter_that_it_lists_is_known(self, server, client):
        """A value that no parameter takes is refused for what it is, not as unknown."""
        document = server.contract.document
        for template, item in document["paths"].items():
            path = template.replace("{ref}", "out-0000000000").replace("{name}", "nobody")
            for listed in item.get("get", {}).get("parameters", []):
                parameter = document["components"]["parameters"][listed["$ref"].rsplit("/", 1)[1]]
                if parameter["in"] == "query" and parameter["schema"].get("type") != "string":
                    asked = {parameter["name"]: "\u0007"}
                    problem = client.get(path, **asked).expect(400, "bad_request").json
                    unknown = client.get(path, unknown="x").expect(400).json["detail"]
                    assert problem["detail"].replace(parameter["name"], "") != unknown.replace(
                        "unknown", ""
                    )

    def test_it_lists_the_routes_of_the_documentation_and_their_scopes(self, server):
        routes = re.search(r"## Routes\n(.*?)\n## |\Z", DOCUMENTATION.read_text(), re.S)[1]
        documented = {}
        for row, scope in re.findall(r"^\| (`.*?) \| (\w+) \|", routes, re.M):
            for method, path in re.findall(r"`([A-Z]+) (/[^?`]*)", row):
                documented[method, path.replace("{key}", "{name}")] = scope
        described = {
            (method.upper(), path): _scope_of(operation)
            for path, item in server.contract.document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "delete")
        }
        assert described == documented

    def test_it_lists_the_problems_of_the_documentation(self, server):
        errors = DOCUMENTATION.read_text().split("## Errors")[1].split("\n## ")[0]
        documented = set()
        for statuses, kinds in re.findall(r"^\| (\d[\d, ]*) \| (.*?) \|", errors, re.M):
            statuses, kinds = re.findall(r"\d+", statuses), re.findall(r"`(\w+)`", kinds)
            # A row of several statuses names one problem for each.
            pairs = zip(statuses, kinds) if len(statuses) > 1 else ((statuses[0], k) for k in kinds)
            documented |= {(int(status), f"urn:skep:problem:{kind}") for status, kind in pairs}
        schemas = server.contract.document["components"]["schemas"]
        described = set()
        for name, schema in schemas.items():
            if re.fullmatch(r"Problem\d+", name):
                properties = schema["allOf"][1]["properties"]
                status = properties["status"]["const"]
                described |= {(status, kind) for kind in properties["type"]["enum"]}
        assert described == documented

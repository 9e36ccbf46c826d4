"""Checks answers against what /openapi.json declares for their path, method and status."""

import json
import re

import jsonschema

_SINGLE = (
    "Cache-Control",
    "Content-Length",
    "Content-Type",
    "Date",
    "ETag",
    "Retry-After",
    "Vary",
    "WWW-Authenticate",
    "X-Request-Id",
)


class Contract:
    def __init__(self, document):
        self.document = document
        self._resolver = jsonschema.RefResolver("", document)
        self._validators = {}
        paths = sorted(document["paths"], key=lambda template: template.count("{"))
        self._paths = [(template, _pattern_of(template)) for template in paths]

    def path_of(self, target):
        """The path, as declared, that a request target falls under, or None."""
        path = re.sub(r"^http://[^/?]*", "", target).split("?")[0]
        return next((template for template, pattern in self._paths if pattern.match(path)), None)

    def methods_of(self, template):
        return {method.upper() for method in self.document["paths"][template]}

    def check(self, answer):
        """Fails unless `answer` is one that its request may get."""
        complaint = next(self._complaints_of(answer), None)
        assert complaint is None, f"{answer}: {complaint}"

    def check_schema(self, name, value):
        """Fails unless `value` is one of `#/components/schemas/<name>`."""
        error = next(
            self._validator({"$ref": f"#/components/schemas/{name}"}).iter_errors(value), None
        )
        assert error is None, f"not a {name}: {_explain(error)}"

    def _complaints_of(self, answer):
        for name in _SINGLE:
            if len(answer.headers.get_all(name, [])) > 1:
                yield f"more than one {name}"
        declared = self._response_of(answer)
        if declared is None:
            yield "the status is not declared"
            return
        for name, header in declared.get("headers", {}).items():
            yield from self._header_complaints(answer, name, self._resolve(header))
        content = declared.get("content")
        if content is None:
            if answer.body:
                yield "a body is not declared"
            return
        media_type = answer.headers.get("Content-Type", "").split(";")[0].strip()
        declared_type = media_type if media_type in content else "*/*"
        if declared_type not in content:
            yield f"the Content-Type {media_type!r} is not declared"
        elif answer.method == "HEAD":
            if answer.body:
                yield "an answer to HEAD has a body"
        elif answer.body is not None:
            yield from self._body_complaints(answer, media_type, content[declared_type]["schema"])

    def _response_of(self, answer):
        template = self.path_of(answer.target)
        if template is None:
            return self._problem_response(answer.status)
        item = self.document["paths"][template]
        if answer.method.lower() not in item:
            if answer.status == 405:
                return self.document["components"]["responses"]["MethodNotAllowed"]
            return self._problem_response(answer.status)
        responses = item[answer.method.lower()]["responses"]
        if str(answer.status) in responses:
            return self._resolve(responses[str(answer.status)])
        default = self._resolve(responses["default"])
        return default if answer.status >= 400 else None

    def _problem_response(self, status):
        if f"Problem{status}" not in self.document["components"]["schemas"]:
            return None
        schema = {"$ref": f"#/components/schemas/Problem{status}"}
        return {
            "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
            "content": {"application/problem+json": {"schema": schema}},
        }

    def _header_complaints(self, answer, name, declared):
        value = answer.headers.get(name)
        if value is None:
            if declared.get("required"):
                yield f"no {name}"
            return
        for error in self._validator(declared["schema"]).iter_errors(value):
            yield f"{name}: {_explain(error)}"

    def _body_complaints(self, answer, media_type, schema):
        if media_type == "application/vnd.sqlite3":
            if not answer.body.startswith(b"SQLite format 3\0"):
                yield "the body is no SQLite file"
            return
        is_text = not media_type.endswith("json") or media_type == "application/x-ndjson"
        if answer.status == 206 or is_text:
            is_whole_text = media_type.startswith("text/") and answer.status != 206
            value = answer.body.decode(errors="strict" if is_whole_text else "replace")
        else:
            value = json.loads(answer.body)
        for error in self._validator(schema).iter_errors(value):
            yield _explain(error)
        if media_type == "application/problem+json":
            if value.get("request_id") != answer.headers["X-Request-Id"]:
                yield "request_id and X-Request-Id differ"
            if value.get("status") != answer.status or value.get("error") != value.get("detail"):
                yield f"the problem contradicts itself: {value}"

    def _resolve(self, node):
        while "$ref" in node:
            node = self._resolver.resolve(node["$ref"])[1]
        return node

    def _validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema.Draft202012Validator(schema, resolver=self._resolver)
        return self._validators[key]


def _pattern_of(template):
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(re.escape(part) for part in parts) + r"\Z")


def _explain(error):
    best = jsonschema.exceptions.best_match([error])
    where = "/".join(str(step) for step in best.absolute_path)
    return f"at {where or 'the top'}: {best.message[:600]}"

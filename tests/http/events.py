"""Server-sent events, as a browser would read them."""

import json

from client import Client


class EventStream:
    """What `GET /v1/stream` gives to one caller. Records are checked as they come."""

    def __init__(self, server, token=None, headers=(), **parameters):
        self._client = Client(server, token or server.token)
        self._contract = server.contract
        self._bodies = parameters.get("bodies") != "false"
        self.answer, self._response = self._client.open(
            "GET", "/v1/stream", None, headers, **parameters
        )
        if self.answer.status != 200:
            self.answer.body = self._response.read()
        self._contract.check(self.answer)
        self.comment_count = 0
        self.last_id = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._client.close()
        self._response.close()

    def line(self):
        """The next line without its end, or None if the server ended the stream."""
        try:
            line = self._response.readline()
        except ConnectionError:
            return None
        return line.decode().removesuffix("\n").removesuffix("\r") if line else None

    def event(self):
        """The next event, as (its type, its data), or None at the end. Comments are counted."""
        name, data = "message", []
        while (line := self.line()) is not None:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if line == "":
                if data:
                    return name, self._checked(name, json.loads("\n".join(data)))
                name = "message"
            elif field == "":
                self.comment_count += 1
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif field == "id":
                self.last_id = value
            else:
                assert field == "retry", f"an unknown field: {line!r}"
        return None

    def _checked(self, name, data):
        kinds = {
            "output": "OutputRecord" if self._bodies else "OutputRecordWithoutBody",
            "damaged": "Damaged",
        }
        self._contract.check_schema(kinds[name], data)
        assert self.last_id == str(data["seq"])
        return data

    def record(self):
        """The next record; fails if something else comes."""
        event = self.event()
        assert event is not None, "the stream has ended"
        name, data = event
        assert name == "output", event
        return data

    def records(self, count):
        return [self.record() for _ in range(count)]

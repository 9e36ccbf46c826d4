"""`skep tail` follows a server as it follows a file."""

import json
import signal
import subprocess
import time

import pytest

from client import PATIENCE_S
from outputs import final, output
from server import COMMAND, Server, eventually

pytest_plugins = ("pair",)

# A server holds a request of `tail` for longer than this when nothing comes.
AT_ONCE_S = 10


class Tail:
    """A `skep tail` that runs beside the test."""

    def __init__(self, pair, *arguments, token=""):
        self._paths = pair.folder / "tail.out", pair.folder / "tail.err"
        with open(self._paths[0], "wb") as out, open(self._paths[1], "wb") as err:
            self._process = subprocess.Popen(
                [COMMAND, "tail", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=pair.environment(SKEP_TOKEN=token),
            )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._process.kill()
        self._process.wait()

    @property
    def lines(self):
        """The whole lines that it has shown."""
        return self._paths[0].read_text().split("\n")[:-1]

    @property
    def errors(self):
        return self._paths[1].read_text()

    def await_lines(self, count):
        def shown():
            assert self._process.poll() is None, f"it has ended: {self.errors}"
            return self.lines if len(self.lines) >= count else None

        return eventually(shown, f"{count} lines of tail")

    def wait(self):
        return self._process.wait(PATIENCE_S)

    def interrupt(self):
        self._process.send_signal(signal.SIGINT)
        return self.wait()


@pytest.fixture
def follow(pair):
    """Follows the server."""

    def start(*arguments, token=None):
        token = pair.server.token if token is None else token
        return Tail(pair, *arguments, *pair.at_server, token=token)

    return start


@pytest.mark.parametrize("is_served", [False, True], ids=["file", "server"])
def test_what_comes_is_shown_at_once_and_an_interrupt_ends_it(pair, follow, is_served):
    run = pair.there if is_served else pair.here
    options = ("--json", "--after-seq", "9")
    at_file = ("--db", pair.database)
    with follow(*options) if is_served else Tail(pair, *options, *at_file) as tail:
        refs = []
        for i in range(3):
            emitted = run("emit", "--task", "bees", "--agent", "new", f"Bee {i}.")
            refs.append(emitted.stdout.strip())
            start = time.monotonic()
            tail.await_lines(len(refs))
            assert time.monotonic() - start < AT_ONCE_S
        assert [json.loads(line)["id"] for line in tail.lines] == refs
        assert tail.interrupt() == 0
        assert tail.errors == ""


def test_many_at_once_come_in_their_order(pair, follow):
    with pair.server.client() as caller, follow("--json", "--after-seq", "9") as tail:
        lines = "\n".join(json.dumps(output("new", final(i))) for i in range(500))
        results = caller.post("/v1/outputs", lines, content_type="application/x-ndjson").json
        records = [json.loads(line) for line in tail.await_lines(500)]
        assert tail.interrupt() == 0
    assert [record["id"] for record in records] == [one["out_id"] for one in results["results"]]
    assert [record["seq"] for record in records] == list(range(10, 510))


def test_a_table_is_the_same_as_of_a_file(pair, follow):
    shown = []
    for start in (follow, lambda *options: Tail(pair, *options, "--db", pair.database)):
        with start("--all", "--task", "bees", "--attempt", "2") as tail:
            shown.append(tail.await_lines(5))
            assert tail.interrupt() == 0
    assert shown[0] == shown[1]


def test_what_is_filtered_out_does_not_come(pair, follow):
    emit = ("emit", "--task", "bees", "--agent")
    with follow("--json", "--after-seq", "9", "--agent", "new", "--type", "final") as tail:
        assert pair.there(*emit, "other", "x").returncode == 0
        assert pair.there(*emit, "new", "--type", "partial", "x").returncode == 0
        ref = pair.there(*emit, "new", "wanted").stdout.strip()
        assert [json.loads(line)["id"] for line in tail.await_lines(1)] == [ref]
        assert tail.interrupt() == 0


def test_what_another_process_writes_to_the_file_comes(pair, follow):
    with follow("--json", "--after-seq", "9") as tail:
        emit = ("emit", "--task", "bees", "--agent", "new", "x", "--db", pair.server.database)
        ref = pair.run(*emit).stdout.strip()
        assert [json.loads(line)["id"] for line in tail.await_lines(1)] == [ref]


def test_a_limited_token_follows_its_own(pair, follow):
    token = pair.server.mint("read", "--task", "bees")
    with follow("--json", "--after-seq", "9", "--task", "bees", token=token) as tail:
        for task in ("wasps", "bees"):
            emitted = pair.there("emit", "--task", task, "--agent", "new", "x")
        assert json.loads(tail.await_lines(1)[0])["id"] == emitted.stdout.strip()


def test_it_says_why_it_ended_and_goes_on_from_there(pair, follow, self_signed):
    """The last seq that was shown is where to go on; nothing is missed or seen twice."""
    server = pair.server
    with follow("--json", "--after-seq", "9") as tail:
        assert pair.there("emit", "--task", "bees", "--agent", "new", "before").returncode == 0
        last = json.loads(tail.await_lines(1)[-1])
        server.stop()
        assert tail.wait() == 4
        assert tail.errors.startswith("skep: ")
    emit = ("emit", "--task", "bees", "--agent", "new", "meanwhile", "--db", server.database)
    ref = pair.run(*emit).stdout.strip()
    cert, key = self_signed
    again = ("--tls-cert", cert, "--tls-key", key)
    pair.server = Server(server.directory, *again, listen=server.address, ca=cert)
    with follow("--json", "--after-seq", last["seq"]) as tail:
        assert [json.loads(line)["id"] for line in tail.await_lines(1)] == [ref]
        assert tail.interrupt() == 0

"""A `skep serve` of one's own, and the other commands on its file."""

import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time

from client import PATIENCE_S, Client
from contract import Contract
from wire import Wire

COMMAND = os.environ.get("SKEP_COMMAND", "skep")
LISTENING = re.compile(r"listening on (https?)://\S*?:(\d+)\b")
TOKEN = re.compile(r"token: (\S+)")
# ThreadSanitizer has four cells of its own for each that a program touches.
MEMORY_FACTOR = 5 if os.environ.get("SKEP_SANITIZE") == "thread" else 1
SANITIZER = re.compile(r"(ERROR|WARNING|SUMMARY): \w*Sanitizer|runtime error:")


def skep(*arguments, **options):
    """Runs another command of skep to its end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
        **options,
    )


def eventually(condition, what):
    """Waits until `condition()` holds, and gives what it gave."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {PATIENCE_S} s")


class Server:
    """Runs from construction to `stop`. Its file is `database`, in a folder of the caller's."""

    _contract = None  # One program, one description: the first server that is asked gives it.

    def __init__(self, directory, *options, listen="127.0.0.1:0", environment=None, ca=None):
        self.directory = pathlib.Path(directory)
        self.database = self.directory / "swarm.db"
        self.ca = ca
        self._log_path = self.directory / f"log-{time.monotonic_ns()}"
        self._out = []
        self._changed = threading.Condition()
        self._token = None
        self._stopped = False
        with open(self._log_path, "wb") as log:
            self.process = subprocess.Popen(
                [
                    COMMAND,
                    "serve",
                    "--db",
                    str(self.database),
                    "--listen",
                    listen,
                    *map(str, options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **(environment or {})},
            )
        self._reader = threading.Thread(target=self._read_out, daemon=True)
        self._reader.start()
        try:
            listening = self._await_line(LISTENING)
            self.scheme, self.port = listening[1], int(listening[2])
        except BaseException:
            self.kill()
            raise

    def _read_out(self):
        for line in self.process.stdout:
            with self._changed:
                self._out.append(line)
                self._changed.notify_all()
        with self._changed:
            self._out.append(None)
            self._changed.notify_all()

    def _await_line(self, pattern):
        def found():
            return next((m for line in self._out if line and (m := pattern.search(line))), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or None in self._out, PATIENCE_S)
            match = found()
        assert match, f"no {pattern.pattern!r} in {self.out!r}; the log: {self.log_text[-4000:]}"
        return match

    @property
    def out(self):
        """What it printed on standard output so far."""
        return "".join(line for line in self._out if line)

    @property
    def log_text(self):
        return self._log_path.read_text(encoding="utf-8")

    @property
    def log(self):
        """Its log so far: an object a line."""
        return [json.loads(line) for line in self.log_text.splitlines()]

    @property
    def token(self):
        """A token for everything: the one that the first start printed, or a new one."""
        if self._token is None:
            printed = TOKEN.search(self.out)
            self._token = printed[1] if printed else self.mint("admin")
        return self._token

    @property
    def contract(self):
        if Server._contract is None:
            connection = self.http_connection()
            connection.request("GET", "/openapi.json")
            Server._contract = Contract(json.loads(connection.getresponse().read()))
            connection.close()
        return Server._contract

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"{self.scheme}://{self.address}"

    def mint(self, scope, *options):
        minted = skep("token", "mint", "--db", self.database, "--scope", scope, *options)
        assert minted.returncode == 0, minted.stderr
        return minted.stdout.split()[-1]

    def client(self, token=None):
        """A caller with `token`, or else with the token for everything."""
        return Client(self, self.token if token is None else token)

    def anonymous(self):
        return Client(self)

    def http_connection(self):
        if self.scheme == "https":
            context = ssl.create_default_context(cafile=self.ca)
            return http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=PATIENCE_S, context=context
            )
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def wire(self):
        """A connection on which any bytes can be sent."""
        return Wire(self.socket(), self)

    def resident_bytes(self, at_most=False):
        """What it has in memory, or the most that it had so far; less what a sanitizer adds."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        name = "VmHWM" if at_most else "VmRSS"
        return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024 // MEMORY_FACTOR

    def accepts(self):
        try:
            self.socket().close()
            return True
        except OSError:
            return False

    def terminate(self):
        self.process.terminate()

    def wait(self):
        """Its exit status, once it has ended."""
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        self._stopped = True
        return status

    def stop(self):
        """Ends it as an operator would; fails unless it ends well."""
        if self._stopped:
            return
        self.terminate()
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it does not stop; the log: {self.log_text[-4000:]}") from None
        assert not SANITIZER.search(self.log_text), self.log_text[-8000:]
        assert status == 0, f"exit status {status}; the log: {self.log_text[-4000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._stopped = True

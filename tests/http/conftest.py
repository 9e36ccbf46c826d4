"""What all tests share: servers that are stopped, and have to stop well, when their tests end."""

import os
import pathlib
import secrets

import pytest

pytest.register_assert_rewrite("client", "contract", "events", "server", "wire")

from messages import emit_of  # noqa: E402
from server import Server  # noqa: E402


def _starter(directory_of):
    servers = []

    def start(*options, directory=None, **more):
        servers.append(Server(directory or directory_of(), *options, **more))
        return servers[-1]

    yield start
    failures = []
    for server in servers:
        try:
            server.stop()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def start(tmp_path_factory):
    """Starts a server with options of one's own, by default in a new folder."""
    yield from _starter(lambda: tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    """The server of the tests of one file, with the options that it names as SERVER_OPTIONS."""
    starting = _starter(lambda: tmp_path_factory.mktemp("store"))
    yield next(starting)(*getattr(request.module, "SERVER_OPTIONS", ()))
    next(starting, None)


@pytest.fixture
def client(server):
    """A caller that may do everything."""
    with server.client() as caller:
        yield caller


@pytest.fixture
def smuggler():
    """An agent of whom nothing may ever be stored."""
    return f"smuggler-{secrets.token_hex(8)}"


@pytest.fixture
def smuggled(server, smuggler):
    """A whole request that stands where none may be read."""
    return emit_of(server, smuggler)


@pytest.fixture
def unharmed(server, smuggler):
    """After the test the server answers a good client, and nothing was smuggled in."""
    yield
    with server.client() as caller:
        caller.get("/healthz").expect(200)
        caller.get("/v1/latest", producer_agent=smuggler).expect(404, "not_found")


@pytest.fixture(scope="session")
def shared():
    """The folder of fixtures and data sets that lie outside the repository."""
    return pathlib.Path(os.environ.get("SKEP_SHARED_DIR", "/nonexistent"))

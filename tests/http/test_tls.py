"""The same over TLS."""

import fcntl
import http.client
import os
import pty
import select
import ssl
import subprocess
import termios

import pytest

from certificates import EC, RSA, certificate_in
from outputs import output
from server import Server, skep


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def secure(certificate, tmp_path_factory):
    cert, key = certificate
    server = Server(
        tmp_path_factory.mktemp("store"),
        "--tls-cert",
        cert,
        "--tls-key",
        key,
        "--header-timeout",
        "2",
        ca=cert,
    )
    yield server
    server.stop()


def test_it_serves(secure):
    assert secure.scheme == "https"
    with secure.client() as caller:
        refs = [caller.emit(output(attempt=i)).out_id for i in range(10)]
        for i, ref in enumerate(refs):
            assert caller.get(f"/v1/outputs/{ref}").expect(200).json["attempt"] == i


def test_a_large_body(secure):
    text = "Bees dance. " * 200_000
    with secure.client() as caller:
        out_id = caller.post(
            "/v1/outputs/content",
            text,
            content_type="text/plain",
            task_id="t",
            attempt=1,
            producer_agent="a",
        ).out_id
        assert caller.get(f"/v1/outputs/{out_id}/content").text == text


def test_curl(secure, certificate):
    ran = subprocess.run(
        [
            "curl",
            "-sS",
            "--cacert",
            certificate[0],
            f"{secure.url}/v1/stats",
            "-H",
            f"Authorization: Bearer {secure.token}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0 and '"backend":"sqlite"' in ran.stdout, ran.stderr


def test_its_own_origin_is_https(secure):
    with secure.client() as caller:
        caller.get("/v1/stats", {"Origin": secure.url}).expect(200)
        caller.get("/v1/stats", {"Origin": f"http://{secure.address}"}).expect(
            403, "origin_not_allowed"
        )


def test_whoever_does_not_trust_it_is_not_connected(secure):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", secure.port, timeout=60, context=ssl.create_default_context()
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/healthz")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_are_refused(secure, certificate, version):
    context = ssl.create_default_context(cafile=certificate[0])
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(secure.socket(), server_hostname="127.0.0.1")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_versions_are_taken(secure, certificate, version):
    context = ssl.create_default_context(cafile=certificate[0])
    context.minimum_version = context.maximum_version = version
    with context.wrap_socket(secure.socket(), server_hostname="127.0.0.1") as connected:
        connected.sendall(
            f"GET /healthz HTTP/1.1\r\nHost: {secure.address}\r\nConnection: close\r\n\r\n".encode()
        )
        assert connected.recv(12) == b"HTTP/1.1 200"


def test_plain_http_does_not_hang(secure):
    with secure.wire() as wire:
        wire.send(f"GET /healthz HTTP/1.1\r\nHost: {secure.address}\r\n\r\n")
        assert b"200 OK" not in wire.rest()
    with secure.client() as caller:
        caller.get("/healthz").expect(200)


@pytest.mark.parametrize(
    "start", [b"", b"\x16\x03\x01\x02", b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03"]
)
def test_a_handshake_that_stalls_is_ended(secure, start):
    with secure.wire() as wire:
        wire.send(start)
        wire.rest()


def test_a_client_that_vanishes_harms_nobody(secure, certificate):
    context = ssl.create_default_context(cafile=certificate[0])
    for _ in range(5):
        connected = context.wrap_socket(secure.socket(), server_hostname="127.0.0.1")
        connected.sendall(b"GET /hea")
        os.close(connected.detach())
    with secure.client() as caller:
        caller.get("/healthz").expect(200)


def test_it_stops_under_idle_connections(certificate, start):
    cert, key = certificate
    server = start("--tls-cert", cert, "--tls-key", key, ca=cert)
    with server.client() as caller:
        caller.get("/healthz").expect(200)
        server.stop()


def test_files_that_are_none(certificate, tmp_path):
    cert, key = certificate
    for options in [
        ("--tls-cert", tmp_path / "none", "--tls-key", key),
        ("--tls-cert", cert, "--tls-key", tmp_path / "none"),
        ("--tls-cert", key, "--tls-key", cert),
        ("--tls-cert", cert),
        ("--tls-key", key),
    ]:
        ran = skep("serve", "--db", tmp_path / "swarm.db", "--listen", "127.0.0.1:0", *options)
        assert ran.returncode != 0 and ran.stderr


def _refuses(folder, cert, key, **options):
    """What `serve` says when it does not start with these."""
    ran = skep(
        "serve",
        "--db",
        folder / "swarm.db",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        cert,
        "--tls-key",
        key,
        **options,
    )
    assert ran.returncode not in (None, 0) and not ran.stdout
    return ran.stderr


@pytest.mark.parametrize("kind", [EC, RSA], ids=lambda kind: kind[0])
def test_the_key_of_another_certificate_is_refused(certificate, tmp_path, kind):
    _, other = certificate_in(tmp_path, kind)
    assert str(other) in _refuses(tmp_path, certificate[0], other)


class TestAKeyWithAPassword:
    """Nobody is there to type it."""

    @pytest.fixture(scope="class")
    def encrypted(self, tmp_path_factory):
        return certificate_in(tmp_path_factory.mktemp("encrypted"), password="honey")

    def test_is_refused(self, encrypted, tmp_path):
        said = _refuses(tmp_path, *encrypted, stdin=subprocess.DEVNULL, start_new_session=True)
        assert str(encrypted[1]) in said

    def test_is_not_asked_for_at_a_terminal(self, encrypted, tmp_path):
        ours, its = pty.openpty()
        try:
            said = _refuses(
                tmp_path,
                *encrypted,
                stdin=its,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0),
            )
            assert str(encrypted[1]) in said
            assert select.select([ours], [], [], 0)[0] == []
        finally:
            os.close(ours)
            os.close(its)

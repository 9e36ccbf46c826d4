"""Certificates for loopback that sign themselves."""

import subprocess

EC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
RSA = ("rsa:2048",)


def certificate_in(folder, kind=EC, password=None):
    """A new one for 127.0.0.1, ::1 and localhost: (its file, its key's)."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            *kind,
            *(["-nodes"] if password is None else ["-passout", f"pass:{password}"]),
            "-keyout",
            key,
            "-out",
            cert,
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )
    return cert, key

"""What the crawler never does, in the real world and in a simulation."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from pipeline.snapshots.model import Cause
from scrapy_project import settings
from scrapy_project.addresses import ForbiddenAddressError, Resolver, allowed, socket_factory
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.job import CrawlJob, Politeness, PortalJob, Simulation
from scrapy_project.transport import Transport
from tests.spiders.site import Site

LOOPBACK = Simulation(loopback=True)


def fetch(url: str, simulation: Simulation | None, tls_exempt: bool = False) -> Exchange:
    async def send() -> Exchange:
        transport = Transport(Politeness(), simulation, tls_exempt)
        try:
            return await transport.send("GET", url, {}, b"", 3.0)
        finally:
            await transport.close()

    return asyncio.run(send())


PRIVATE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "not an address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_only_global_addresses_are_allowed_in_the_real_world(address: str) -> None:
    assert not allowed(address, None)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.113.131.1", "2001:4860:4860::8888"])
def test_only_loopback_is_allowed_in_a_simulation(address: str) -> None:
    assert allowed(address, None)
    assert not allowed(address, LOOPBACK)
    assert allowed("127.0.0.1", LOOPBACK)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_no_spelling_of_loopback_is_reached_in_the_real_world(site: Site, host: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch(f"http://{host}:{site.port}/", None)
    assert failed.value.cause in (Cause.UNREACHABLE, Cause.HTTP_ERROR)
    assert not failed.value.transient
    assert site.asked == []


def test_a_name_that_leads_inside_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 80))]

    async def run() -> None:
        loop = asyncio.get_running_loop()

        async def getaddrinfo(*_: object, **__: object) -> object:
            return answer

        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
        await Resolver(None).resolve("rebound.example", 80)

    with pytest.raises(ForbiddenAddressError):
        asyncio.run(run())


def test_an_address_is_looked_at_again_when_the_connection_is_made() -> None:
    make = socket_factory(None)
    with pytest.raises(ForbiddenAddressError):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))  # type: ignore[operator]


def test_a_simulation_reaches_only_the_names_it_was_given(site: Site) -> None:
    resolve = Simulation(resolve={"*.dak-nong.test": f"127.0.0.1:{site.port}"})
    assert fetch("http://so-noi-vu.dak-nong.test/", resolve).status == 404
    assert site.asked[0].host == "so-noi-vu.dak-nong.test"
    for url in (f"http://127.0.0.1:{site.port}/", "http://example.com/", "http://8.8.8.8/", "http://localhost/"):
        with pytest.raises(FetchFailed):
            fetch(url, resolve)
    assert len(site.asked) == 1
    assert fetch(f"http://127.0.0.1:{site.port}/", LOOPBACK).status == 404


def real_job(**changes: object) -> CrawlJob:
    told = {
        "snapshots": Path("x"), "month": "2018-02", "crawl_id": "20180305T000000Z-01", "window_from": date(2018, 1, 1),
        "programme_id": "citizen_reception",
        "portals": [PortalJob(portal_id="p", unit_id="u", unit_kind="department", url="http://a.example/")],
    }
    return CrawlJob.model_validate({**told, **changes})


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": datetime(2018, 3, 5, tzinfo=UTC)},
        {"politeness": Politeness(delay_seconds=0)},
        {"portals": [real_job().portals[0]] * 2},
        {"crawl_id": "../x"},
    ],
)
def test_a_real_job_refuses_what_only_a_simulation_may(change: dict[str, object]) -> None:
    assert real_job().politeness.delay_seconds >= 1
    with pytest.raises(ValidationError):
        real_job(**change)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "data:text/html,x", "http://"])
def test_a_portal_is_on_the_web(url: str) -> None:
    with pytest.raises(ValidationError):
        PortalJob(portal_id="p", unit_id="u", unit_kind="department", url=url)


def test_scrapys_unsafe_defaults_are_off() -> None:
    handlers = settings.DOWNLOAD_HANDLERS
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
    assert {"data", "file", "ftp", "s3"} <= set(handlers)
    assert settings.ROBOTSTXT_OBEY and settings.DOWNLOAD_VERIFY_CERTIFICATES
    assert not settings.TELNETCONSOLE_ENABLED and not settings.REMOTE_CONTROL_ENABLED
    assert not settings.EXTENSIONS_BASE


def test_a_worker_has_no_more_memory_than_it_is_given() -> None:
    code = "from scrapy_project.worker import cap_memory; cap_memory(700); bytearray(800 << 20)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in ran.stderr


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[str]:
    """Serve one page by TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve_tls, args=(server, context), daemon=True)
        thread.start()
        yield f"https://localhost:{server.getsockname()[1]}/"


def _serve_tls(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as stream:
                stream.recv(4096)
                stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
        except OSError:
            continue


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_exempted(secure: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch(secure, LOOPBACK)
    assert failed.value.cause is Cause.TLS
    assert fetch(secure, LOOPBACK, tls_exempt=True).body == b"ok"


def test_endless_bodies_and_floods_of_headers_end() -> None:
    flood: list[Callable[[socket.socket], None]] = [
        lambda s: _pour(s, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x" * 65536),
        lambda s: _pour(s, b"HTTP/1.1 200 OK\r\n", b"X-A: y\r\n" * 1000),
    ]
    for pour in flood:
        with socket.create_server(("127.0.0.1", 0)) as server:
            sent = threading.Thread(target=_accept, args=(server, pour), daemon=True)
            sent.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            try:
                exchange = fetch(url, LOOPBACK)
            except FetchFailed as failed:
                assert failed.cause is Cause.HTTP_ERROR
            else:
                assert exchange.cut is Cause.TOO_LARGE
            sent.join(5)
            assert not sent.is_alive(), "the connection is cut, not drained"


def _accept(server: socket.socket, pour: Callable[[socket.socket], None]) -> None:
    stream, _ = server.accept()
    with stream:
        stream.recv(4096)
        try:
            pour(stream)
        except OSError:
            return


def _pour(stream: socket.socket, head: bytes, more: bytes) -> None:
    stream.sendall(head)
    for _ in range(10_000):
        stream.sendall(more)



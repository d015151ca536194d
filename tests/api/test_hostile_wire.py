"""Bytes that are no request, or no client would send: the server answers, or hangs up, and goes on."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.cli._server import Server

HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
BYTES = {
    "nothing": b"",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no method": b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "method of its own": b"PALIMPSEST / HTTP/1.1\r\n" + HOST + b"\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "whole address": b"GET http://elsewhere.example/info HTTP/1.1\r\n" + HOST + b"\r\n",
    "only an authority": b"CONNECT elsewhere.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "broken escapes": b"GET /%zz%/%c0%80/%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the path": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in a header": b"GET /info HTTP/1.1\r\nX-Request-ID: a\0b\r\n" + HOST + b"\r\n",
    "bytes in a header": b"GET /info HTTP/1.1\r\nX-Request-ID: \xff\xfe\r\n" + HOST + b"\r\n",
    "line of the log in the path": b"GET /a%0d%0ab HTTP/1.1\r\n" + HOST + b"\r\n",
    "long path": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "long header": b"GET /info HTTP/1.1\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n" + HOST + b"\r\n",
    "many headers": b"GET /info HTTP/1.1\r\n" + HOST + b"X-Many: 1\r\n" * 20_000 + b"\r\n",
    "negative length": b"POST /project HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "endless length": b"POST /project HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "two lengths": b"POST /project HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and pieces": b"POST /project HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces of no size": b"POST /project HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "half a body": b"POST /authentication/register HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 100\r\n\r\n{",
    "half an upload": b"POST /docprocessing/project/1/upload HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100\r\n\r\n--b\r\n",
    "an upgrade": b"GET /info HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("hostile") / "data") as running:
        yield running


@pytest.mark.parametrize("sent", BYTES.values(), ids=list(BYTES))
def test_the_server_goes_on(server: Server, sent: bytes) -> None:
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(100_000), b""))
        except (ConnectionResetError, BrokenPipeError):
            answer = b""
    assert not answer or 200 <= int(answer.split(b" ", 2)[1]) < 500
    assert httpx2.get(f"{server.address}/heartbeat").status_code == 200
    assert "Traceback" not in server.said()
    assert server.process.poll() is None

"""One question outside takes no longer than it may, however the other side keeps it waiting."""

import socket
import threading
import time

import pytest

from orders import outside

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"


@pytest.fixture
def dripping(request):
    """A server that gives one byte every 50 ms, of the head or of the body."""
    at_once, drops = (HEAD, b"x" * 40) if request.param == "body" else (b"", HEAD + b"x" * 40)
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _address = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(at_once)
            for byte in drops:
                if stop.wait(0.05):
                    return
                try:
                    line.sendall(bytes([byte]))
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    stop.set()
    thread.join()
    listener.close()


@pytest.mark.parametrize("dripping", ["head", "body"], indirect=True)
def test_who_drips_is_waited_for_no_longer_than_who_is_silent(dripping, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(outside.NoAnswer):
        outside.post(dripping, b"a=1")
    assert time.monotonic() - begun < 1.5

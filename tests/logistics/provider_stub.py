"""kuaidi100 as an HTTP server on this machine: answers with the sample replies, late, wrong or not at all, and remembers what it was asked."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.orders.lists import SAMPLES


def reply(name):
    """A sample reply, such as kuaidi100_query/ok."""
    return (SAMPLES / f"{name}.json").read_bytes()


class Stub:
    """`answers` are given in turn, the last one for ever: bytes, an HTTP status, seconds to be late, or None to hang up."""

    def __init__(self):
        self.answers, self.asked, self._lock = [], [], threading.Lock()

    def next(self, path, body):
        with self._lock:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.asked.append((path, form, json.loads(form["param"])))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextlib.contextmanager
def running():
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = stub.next(self.path, body)
            if answer is None:
                self.close_connection = True
                return
            if isinstance(answer, float):
                time.sleep(answer)
                answer = b"{}"
            status, text = (answer, b"") if isinstance(answer, int) else (200, answer)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text) + (7 if text == b"{" else 0)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(text)

        def log_message(self, *_words):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()

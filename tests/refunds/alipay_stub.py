"""Alipay as an HTTP server on this machine: it keeps an account, signs what it says, and answers late, wrongly, twice or not at all.

What it does next is told in `does`, one word a request, the last one for ever. Like the real one it pays a number once, however
often it is sent, and takes the same number with other content for a mistake.
"""

import base64
import contextlib
import datetime as dt
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from refunds.gateways.alipay_client import FILES

WHEN = "2026-11-23 11:00:00"
PEM = serialization.Encoding.PEM
ASK, SEND = "alipay.fund.trans.common.query", "alipay.fund.trans.uni.transfer"


class Keys:
    """What Alipay and the shop have of each other, and a forger's key. Made once."""

    def __init__(self, directory):
        self.directory, self.app, self.alipay, self.forger = directory, *(rsa.generate_private_key(65537, 2048) for _ in range(3))
        app_cert, alipay_cert, root = (
            self._certificate(each, name) for each, name in ((self.app, "app"), (self.alipay, "alipay"), (self.alipay, "root"))
        )
        private = self.app.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        for name, text in zip(FILES, (private, app_cert, alipay_cert, root), strict=True):
            (directory / name).write_bytes(text)

    def _certificate(self, key, name):
        names = {
            NameOID.COUNTRY_NAME: "CN",
            NameOID.ORGANIZATION_NAME: "Sample",
            NameOID.ORGANIZATIONAL_UNIT_NAME: "Tests",
            NameOID.COMMON_NAME: name,
        }
        subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items()])
        begun = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
        )
        made = made.not_valid_before(begun).not_valid_after(begun + dt.timedelta(days=3650)).sign(self.alipay, hashes.SHA256())
        return made.public_bytes(PEM)


def signature(key, text):
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


class Alipay:
    """The account: `paid` holds what left it, in turn; `asked` each request that was understood as (method, content)."""

    def __init__(self, keys):
        self.keys, self.does, self.paid, self.asked, self._lock, self._known = keys, ["work"], [], [], threading.Lock(), {}

    def hear(self, form):
        """The word for what it does, and the reply that goes with it."""
        with self._lock:
            word = self.does.pop(0) if len(self.does) > 1 else self.does[0]
            self._check(form)
            method, content = form["method"], json.loads(form["biz_content"])
            self.asked.append((method, content))
            how, _, code = word.partition(":")
            if how in ("refuse", "busy", "hang_up", "forge"):
                reply = {
                    "code": "20000" if how == "busy" else "40004",
                    "msg": "Business Failed",
                    "sub_code": code or "aop.ACQ.SYSTEM_ERROR",
                }
            else:
                reply = self._answer(method, content)
            if how == "forge":
                reply = self._receipt(content["out_biz_no"], "20260000forged")
            if how == "busy_paid":
                reply = {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "aop.ACQ.SYSTEM_ERROR"}
            if how == "other_amount":
                reply |= {"trans_amount": "99999.00"}
            if how == "other_number":
                reply = self._receipt("AS2611239999v9", "20261123110070000006780000999999")
            if how == "status":
                reply = {"code": "10000", "out_biz_no": content["out_biz_no"], "status": code}
            return how, f"{method.replace('.', '_')}_response", reply

    def _check(self, form):
        """RSA2 over all parameters but the signature, in the order of their names."""
        signed = "&".join(f"{name}={form[name]}" for name in sorted(form) if name != "sign")
        self.keys.app.public_key().verify(base64.b64decode(form["sign"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        assert form["app_cert_sn"]
        assert form["alipay_root_cert_sn"]

    def _answer(self, method, content):
        key = content["out_biz_no"]
        if method == ASK:
            known = self._known.get(key)
            return (
                self._receipt(key, known[1], known[0]["trans_amount"])
                if known
                else {"code": "40004", "msg": "Business Failed", "sub_code": "ORDER_NOT_EXIST"}
            )
        if key not in self._known:
            self._known[key] = (content, f"2026112311007000000678{len(self.paid) + 1:010d}")
            self.paid.append((key, content["trans_amount"], content["payee_info"]["identity"], content["payee_info"]["name"]))
        if self._known[key][0] != content:
            return {"code": "40004", "msg": "Business Failed", "sub_code": "PAYMENT_INFO_INCONSISTENCY"}
        return self._receipt(key, self._known[key][1])

    def _receipt(self, key, number, amount=None):
        receipt = {
            "code": "10000",
            "msg": "Success",
            "out_biz_no": key,
            "order_id": number,
            "status": "SUCCESS",
            "trans_date": WHEN,
            "pay_date": WHEN,
        }
        return receipt | ({"trans_amount": amount} if amount else {})

    def body(self, how, name, reply):
        """The bytes of an answer."""
        text = json.dumps(reply, separators=(",", ":"), ensure_ascii=False)
        if how == "garbage":
            return b"<html>502</html>"
        if how == "unsigned":
            return f'{{"{name}":{text}}}'.encode()
        sign = signature(self.keys.forger if how == "forge" else self.keys.alipay, text)
        answer = f'{{"{name}":{text},"alipay_cert_sn":"sample","sign":"{sign}"}}'
        return (answer * 2 if how == "twice" else answer).encode()


@contextlib.contextmanager
def running(keys):
    alipay = Alipay(keys)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
            how, name, reply = alipay.hear(form)
            if how in ("hang_up", "paid_then_hang_up"):
                self.close_connection = True
                return
            if how == "late":
                time.sleep(0.4)
            body = alipay.body(how, name, reply)
            self.send_response(302 if how == "redirect" else 500 if how == "broken" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body[: len(body) // 2] if how == "cut" else body)

        def log_message(self, *_words):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    alipay.url = f"http://127.0.0.1:{server.server_address[1]}/gateway.do"
    yield alipay
    server.shutdown()
    server.server_close()
    thread.join()

"""Programs and browsers that call the API, and what must hold of every answer."""

import io
import json
from itertools import count

from django.test import Client
from PIL import Image

from orders.actions.create_token import create_token
from tests.cast import MONDAY, PASSWORD

V1 = "/api/v1/"
keys = count(1)


class Caller:
    """Speaks JSON to the API. Every refusal is looked at: it has the one shape, and it is never a 500."""

    def __init__(self, **headers):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = headers

    def get(self, path, params=None, **headers):
        return self._looked_at(self.client.get(V1 + path, params or {}, headers=self.headers | headers))

    def post(self, path, body=None, **headers):
        return self.send(path, json.dumps({} if body is None else body), **headers)

    def send(self, path, raw, content_type="application/json", method="POST", **headers):
        """Send bytes as they are."""
        return self._looked_at(self.client.generic(method, V1 + path, raw, content_type=content_type, headers=self.headers | headers))

    def upload(self, path, **fields):
        return self._looked_at(self.client.post(V1 + path, fields, headers=self.headers))

    def ask(self, wish, key=None):
        """POST refunds/ with a key; a new one unless it is given."""
        return self.post("refunds/", wish, **{"Idempotency-Key": key or f"key-{next(keys)}"})

    def step(self, case, name, facts=None, note=""):
        """A step with the version that the case has now."""
        version = self.get(f"cases/{case}/").json()["version"]
        return self.post(f"cases/{case}/steps/{name}/", {"version": version, "note": note, "facts": facts or {}})

    def _looked_at(self, response):
        if response.status_code >= 400 and response.request["REQUEST_METHOD"] != "HEAD":
            must_be_a_refusal(response)
        return response


def must_be_a_refusal(response):
    """{"code", "detail", "reasons": [{"code", "text", "rule"}], "field"}, and no accident of ours."""
    assert response.status_code < 500, (response.request["PATH_INFO"], response.content[:300])
    assert response["Content-Type"] == "application/json", response.content[:300]
    body = response.json()
    assert {"code", "detail", "reasons", "field"} <= set(body), body
    assert body["code"]
    assert body["detail"]
    assert all(set(reason) == {"code", "text", "rule"} for reason in body["reasons"])
    assert isinstance(body["field"], str)


def program(user, **options):
    """A program with a token of the person."""
    return Caller(Authorization=f"Token {create_token(user, at=MONDAY, **options)}")


def browser(user):
    """A logged-in browser session that sends its CSRF token."""
    caller = Caller()
    caller.client.get("/login/")
    assert caller.client.login(username=user.username, password=PASSWORD)
    caller.client.get("/login/")
    caller.headers["X-CSRFToken"] = caller.client.cookies["csrftoken"].value
    return caller


def a_picture(kind="PNG"):
    """A file as a form uploads it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, kind)
    file.seek(0)
    file.name = f"photo.{kind.lower()}"
    return file

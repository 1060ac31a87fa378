"""Reading pages in the tests: logged in, in English, and by what stands in them."""

import html
import re

from django.test import Client


def browser_of(user):
    """A logged-in browser whose reader chose English, so that tests read the sentences of the source."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def logged_in(user):
    """A logged-in browser; the form of the login has its own tests."""
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    """What a person reads on the page, blanks folded."""
    body = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def fields_of(response, name):
    """The values of the inputs with this name, in the order of the page."""
    tags = [tag for tag in re.findall(r"<(?:input|button)[^>]*>", response.content.decode()) if f'name="{name}"' in tag]
    return [html.unescape(match[1]) if (match := re.search(r'value="([^"]*)"', tag)) else "" for tag in tags]


def field_of(response, name):
    """The value of the first input with this name."""
    return fields_of(response, name)[0]


def button_of(response, value):
    """The tag and words of a button by its value, or "" when there is none."""
    match = re.search(rf'<button[^>]*value="{value}"[^>]*>.*?</button>', response.content.decode(), re.DOTALL)
    return html.unescape(match[0]) if match else ""

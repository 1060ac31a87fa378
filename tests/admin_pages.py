"""Reading pages of the admin as people do: its sentences, and what its forms carry unseen."""

import re


def said(response):
    """The sentences of the page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(html):
    """The hidden fields of the page's forms by name."""
    fields = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        fields[name.group(1)] = value.group(1) if value else ""
    return fields


def opened(client, address):
    """The hidden fields of a page, opened now."""
    return hidden(client.get(address).content.decode())

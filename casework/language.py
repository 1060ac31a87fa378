"""The language of a page: Chinese until its reader chooses another one there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ChosenLanguage(LocaleMiddleware):
    """Programs ask for a language by header; what a person's browser came with says little about a shop in China."""

    def process_request(self, request: HttpRequest) -> None:
        """Take the language that was chosen on a page, for the API the one that the header asks for."""
        if request.path.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

"""One deed per key over the API: the same request once more, in turn or at the same moment, gets the first one's answer byte for byte.

The one place for every operation that moves something: a post of a view is marked `@once`, or `@once(required=True)` where no key is a mistake.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from casework.idempotency import HEADER, Answer, digest_of, read_key, run_once
from casework.models import Case
from orders.access import Actor
from orders.api.views import DeskView
from orders.errors import NotFound

Post = Callable[..., HttpResponse]
# Whether the caller still sees what a kept answer tells: who, the address's values, the answer's own.
Sees = Callable[[Actor, dict[str, Any], Any], bool]


def sees_the_case(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    """The case of the address, else the one that the answer names."""
    return Case.objects.for_actor(by).filter(pk=address.get("case_id") or answer.get("id")).exists()


def once(*, required: bool = False, sees: Sees = sees_the_case) -> Callable[[Post], Post]:
    """Run a post at most once for the caller's Idempotency-Key, address and body. Its answer names a case, or it works on one; else `sees` says.

    Raises what read_key and run_once raise: 400 for a bad key, or none where it is required; 422 for a key that came with something else.
    A key whose first call was refused is free again. A kept answer is given to nobody who has lost the case's shop since.
    """

    def mark(post: Post) -> Post:
        @wraps(post)
        def kept(self: DeskView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            given = request.headers.get(HEADER)
            if not given and not required:
                return post(self, request, *args, **kwargs)

            def deed() -> Answer:
                answer = post(self, request, *args, **kwargs)
                assert isinstance(answer, Response)  # posts of the API answer with data
                return answer.status_code, JSONRenderer().render(answer.data).decode()

            digest = digest_of(request.path, request.data)
            status, body = run_once(self.actor.person_id, read_key(given), digest, self.at, deed)
            if not sees(self.actor, kwargs, json.loads(body)):
                raise NotFound
            return HttpResponse(body, status=status, content_type="application/json")

        return extend_schema(parameters=[_parameter(required)])(kept)

    return mark


def _parameter(required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        HEADER,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=required,
        description="1 to 100 ASCII characters; with the same key the same request is done once, and answered with the same bytes.",
    )

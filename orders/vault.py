"""Personal data at rest: encryption, blind indexes and row digests, all derived from one key (DESIGN 6).

A sealed value is a mark (1 byte) + key id (4) + nonce (12) + AES-GCM ciphertext and tag. The mark says whether the
platform had masked the value (张**) before it reached us, so that SQL can prefer a clear one without a key. DATA_KEY seals;
values sealed with a key of DATA_KEYS_OLD stay readable. Nothing here ever logs a value.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.errors import DeskError
from orders.phones import phone_digits, phone_tail

CLEAR, MASKED = b"\x00", b"\x01"
ID_BYTES = 4
NONCE_BYTES = 12
ID = slice(1, 1 + ID_BYTES)
NONCE = slice(ID.stop, ID.stop + NONCE_BYTES)
DIGEST_BYTES = 16


class VaultError(DeskError):
    """A sealed value that none of the keys opens."""

    status = 500
    code = "data_key_unknown"
    detail = _("This value was encrypted with another key. Set DATA_KEY or DATA_KEYS_OLD to the key of this data.")


@dataclass(frozen=True)
class Key:
    """One master key and the keys derived from it, one for each purpose."""

    id: bytes
    cipher: AESGCM
    nonce_key: bytes
    index_key: bytes
    digest_key: bytes

    @classmethod
    def of(cls, encoded: str) -> Key:
        """The key for 32 random bytes in base64."""
        raw = base64.b64decode(encoded)

        def derived(purpose: bytes) -> bytes:
            return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"casework " + purpose).derive(raw)

        return cls(derived(b"id")[:ID_BYTES], AESGCM(derived(b"values")), derived(b"nonces"), derived(b"indexes"), derived(b"digests"))

    def seal(self, data: bytes, context: bytes = b"", bound_to: bytes = b"", masked: bool = False) -> bytes:
        """Encrypt bytes; see the functions of the same name below."""
        mark = MASKED if masked else CLEAR
        nonce = self._repeatable_nonce(data, context, bound_to) if context else os.urandom(NONCE_BYTES)
        return mark + self.id + nonce + self.cipher.encrypt(nonce, data, mark + bound_to)

    def _repeatable_nonce(self, data: bytes, context: bytes, bound_to: bytes) -> bytes:
        """A keyed digest of all that is encrypted: the nonce repeats only where the whole value repeats."""
        frame = len(context).to_bytes(4, "big") + context + len(bound_to).to_bytes(4, "big") + bound_to
        return blake2b(frame + data, key=self.nonce_key, digest_size=NONCE_BYTES).digest()

    def blind(self, purpose: str, value: str) -> bytes:
        """A blind index: equal values are found, nothing else is learnt."""
        return blake2b(f"{purpose}:{value}".encode(), key=self.index_key, digest_size=DIGEST_BYTES).digest()

    def digest(self, cells: Iterable[str | None]) -> bytes:
        """A keyed digest of a row: equal rows, equal bytes; says nothing without the key."""
        text = "\x1f".join("\x00" if cell is None else cell for cell in cells)
        return blake2b(text.encode(), key=self.digest_key, digest_size=DIGEST_BYTES).digest()


def keys() -> tuple[Key, ...]:
    """Every key that may be read with; the first one seals."""
    old = getattr(settings, "DATA_KEYS_OLD", ())
    return _keys(settings.DATA_KEY, tuple(old.split(",") if isinstance(old, str) else old))


@lru_cache(maxsize=8)
def _keys(current: str, old: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(Key.of(encoded) for encoded in (current, *old) if encoded.strip())


def seal(text: str, context: str = "") -> bytes:
    """Encrypt a text. With a context (say "name:shop:order") the same text gives the same bytes there and only there,
    so that an import sees by comparison that nothing changed; without one every call differs."""
    return keys()[0].seal(text.encode(), context.encode())


def seal_bytes(data: bytes, bound_to: bytes = b"") -> bytes:
    """Encrypt bytes. `bound_to` must be given again to open them."""
    return keys()[0].seal(data, bound_to=bound_to)


def unseal(value: bytes | memoryview | None) -> str:
    """The text of a sealed value, "" for None. Raises VaultError when no key fits."""
    return "" if value is None else unseal_bytes(bytes(value)).decode()


def unseal_bytes(value: bytes, bound_to: bytes = b"") -> bytes:
    """The bytes of a sealed value. Raises VaultError when no key fits or a byte was changed."""
    for key in keys():
        if key.id == value[ID]:
            try:
                return key.cipher.decrypt(value[NONCE], value[NONCE.stop :], value[:1] + bound_to)
            except InvalidTag as error:
                raise VaultError() from error
    raise VaultError()


def knows(value: bytes | memoryview) -> bool:
    """Whether one of the keys sealed this value: the start-up check asks it of one stored row."""
    return any(key.id == bytes(value[ID]) for key in keys())


def row_digest(cells: Iterable[str | None]) -> bytes:
    """The digest of a row's cells under the current key."""
    return keys()[0].digest(cells)


def row_digests(cells: Iterable[str | None]) -> list[bytes]:
    """The digests under every key, the current one first: what was kept before a change of key is known again."""
    told = list(cells)
    return [key.digest(told) for key in keys()]


def phone_index(phone: str) -> bytes | None:
    """The blind index of a whole phone number, None where the number is masked or missing."""
    digits = phone_digits(phone)
    return keys()[0].blind("phone", digits) if digits else None


def phone_tail_index(phone: str) -> bytes | None:
    """The blind index of the last four digits (of a virtual number those after the dash)."""
    tail = phone_tail(phone)
    return keys()[0].blind("tail", tail) if tail else None


def phone_indexes(phone: str) -> list[bytes]:
    """What to search for: the index under every key, so that old rows are found after a change of key."""
    digits = phone_digits(phone)
    return [key.blind("phone", digits) for key in keys()] if digits else []


def phone_tail_indexes(tail: str) -> list[bytes]:
    """As phone_indexes, for the last four digits."""
    return [key.blind("tail", tail) for key in keys()]

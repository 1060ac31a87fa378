"""Encryption, blind indexes and row digests: all from one key, old keys readable, a wrong key a clear error."""

import base64
import os

import pytest

from orders import vault


def new_key():
    return base64.b64encode(os.urandom(32)).decode()


@pytest.mark.parametrize("text", ["", "赵测试", "𠮷", "a" * 100_000, "\x00\n"])
def test_what_was_sealed_is_opened(text):
    assert vault.unseal(vault.seal(text)) == text


def test_nothing_is_nothing():
    assert vault.unseal(None) == ""


def test_the_value_is_not_in_the_bytes_and_differs_each_time():
    first, second = vault.seal("赵测试"), vault.seal("赵测试")
    assert "赵".encode() not in first
    assert first != second


def test_with_a_context_the_same_text_gives_the_same_bytes_there_and_only_there():
    assert vault.seal("赵测试", "name:1:51") == vault.seal("赵测试", "name:1:51")
    assert vault.seal("赵测试", "name:1:51") != vault.seal("赵测试", "name:1:52")
    assert vault.seal("赵测试", "name:1:51") != vault.seal("赵测", "name:1:51")
    assert vault.unseal(vault.seal("赵测试", "name:1:51")) == "赵测试"


def test_nonces_of_a_context_never_meet_for_different_values():
    sealed = {vault.seal(str(number), f"name:{number % 7}")[vault.NONCE] for number in range(2000)}
    assert len(sealed) == 2000


@pytest.mark.fault("P3")
def test_another_key_opens_nothing_and_says_so(settings):
    sealed = vault.seal("赵测试")
    settings.DATA_KEY = new_key()
    with pytest.raises(vault.VaultError) as caught:
        vault.unseal(sealed)
    assert caught.value.code == "data_key_unknown"
    assert not vault.knows(sealed)


def test_old_keys_stay_readable_and_the_new_one_seals(settings):
    old = settings.DATA_KEY
    sealed, index = vault.seal("赵测试"), vault.phone_index("19900001234")
    settings.DATA_KEY, settings.DATA_KEYS_OLD = new_key(), [old]
    assert vault.unseal(sealed) == "赵测试"
    assert vault.knows(sealed)
    assert vault.seal("x")[vault.ID] != sealed[vault.ID]
    assert index in vault.phone_indexes("19900001234")


def test_old_keys_may_come_as_one_text(settings):
    sealed = vault.seal("x")
    settings.DATA_KEY, settings.DATA_KEYS_OLD = new_key(), f"{new_key()},{settings.DATA_KEY}"
    assert vault.unseal(sealed) == "x"


@pytest.mark.parametrize("place", [0, 1, 5, 17, -1])
def test_a_changed_byte_is_noticed(place):
    sealed = bytearray(vault.seal("赵测试"))
    sealed[place] ^= 1
    with pytest.raises(vault.VaultError):
        vault.unseal(bytes(sealed))


def test_bytes_are_bound_to_their_place():
    sealed = vault.seal_bytes(b"piece", b"file:1")
    assert vault.unseal_bytes(sealed, b"file:1") == b"piece"
    with pytest.raises(vault.VaultError):
        vault.unseal_bytes(sealed, b"file:2")


def test_a_value_that_the_platform_masked_is_marked_for_sql():
    key = vault.keys()[0]
    assert key.seal("赵**".encode(), masked=True)[:1] == vault.MASKED
    assert vault.seal("赵测试")[:1] == vault.CLEAR
    assert vault.unseal(key.seal("赵**".encode(), masked=True)) == "赵**"


@pytest.mark.parametrize(
    "written", ["199 0000 1234", "'19900001234", "+8619900001234", "86-19900001234", "１９９００００１２３４", " 199-0000-1234 "]
)
def test_a_phone_is_found_however_it_is_written(written):
    assert vault.phone_index(written) == vault.phone_index("19900001234")


@pytest.mark.parametrize("written", ["", "***********", "199****1234", "沒有", "12345"])
def test_what_is_no_whole_phone_has_no_index(written):
    assert vault.phone_index(written) is None


def test_the_last_four_are_those_after_the_dash_of_a_virtual_number():
    assert vault.phone_tail_index("18400001234-5678") == vault.phone_tail_index("5678")
    assert vault.phone_tail_index("199****1234") == vault.phone_tail_index("1234")
    assert vault.phone_tail_index("***********") is None


def test_an_index_says_nothing_without_the_key(settings):
    before = vault.phone_index("19900001234")
    settings.DATA_KEY = new_key()
    assert vault.phone_index("19900001234") != before


def test_a_digest_tells_rows_apart_by_every_cell():
    rows = [["a", "b"], ["ab", ""], ["", "ab"], ["a", None], ["a", ""], ["a", "b", ""]]
    assert len({vault.row_digest(row) for row in rows}) == len(rows)
    assert vault.row_digest(["a", "b"]) == vault.row_digest(["a", "b"])

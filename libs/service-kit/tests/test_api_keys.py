"""The form of API keys, and what can be told of one without asking anybody."""

import string

import pytest
from service_kit.api_keys import ALPHABET, ApiKey, ApiKeyCodec, checksum

SECRET = "a-secret-of-the-tests-with-enough-bytes"


@pytest.fixture
def codec() -> ApiKeyCodec:
    return ApiKeyCodec(SECRET)


@pytest.fixture
def key(codec: ApiKeyCodec) -> ApiKey:
    return codec.make()


def with_checksum(text: str) -> str:
    """The text of a key with its checksum made to fit, as anybody can."""
    return text[:-6] + checksum(text[:-6])


class TestMake:
    def test_gives_keys_of_one_form(self, key: ApiKey) -> None:
        assert (len(key.text), key.text[:4], key.text[16]) == (74, "cvo_", "_")
        assert key.text[4:16] == key.public_id
        assert set(key.text) <= {*string.ascii_letters, *string.digits, "_"}, "a double click selects all of it"

    def test_gives_no_two_alike(self, codec: ApiKeyCodec) -> None:
        keys = [codec.make() for _ in range(200)]
        assert len({key.public_id for key in keys}) == len({key.text[17:60] for key in keys}) == 200

    def test_draws_at_least_256_bits(self) -> None:
        assert len(ALPHABET) ** 43 > 2**256
        assert len(set(ALPHABET)) == 62

    def test_shows_no_key_by_chance(self, key: ApiKey) -> None:
        assert key.text not in repr(key)


class TestRead:
    def test_knows_what_was_made(self, codec: ApiKeyCodec, key: ApiKey) -> None:
        assert codec.read(key.text) == key
        assert ApiKeyCodec(SECRET).read(key.text) == key, "after a restart and in another service too"

    @pytest.mark.parametrize("position", [0, 3, 4, 15, 16, 17, 40, 59, 60, 67, 68, 73])
    def test_sees_a_slip_anywhere(self, codec: ApiKeyCodec, key: ApiKey, position: int) -> None:
        other = "a" if key.text[position] != "a" else "b"
        assert codec.read(key.text[:position] + other + key.text[position + 1 :]) is None

    @pytest.mark.parametrize("position", [4, 17, 59, 60, 67])
    def test_refuses_what_fits_but_was_not_made_here(self, codec: ApiKeyCodec, key: ApiKey, position: int) -> None:
        other = "a" if key.text[position] != "a" else "b"
        assert codec.read(with_checksum(key.text[:position] + other + key.text[position + 1 :])) is None

    def test_refuses_what_was_made_under_another_secret(self, codec: ApiKeyCodec) -> None:
        foreign = ApiKeyCodec("another-secret-with-more-than-32-bytes").make()
        assert with_checksum(foreign.text) == foreign.text
        assert codec.read(foreign.text) is None

    @pytest.mark.parametrize("text", ["", "cvo_", "x", "cvo_x", "cvo_" + "a" * 70, "ü", "\x00", "cvo_" + "a" * 100_000])
    def test_refuses_what_is_no_key(self, codec: ApiKeyCodec, text: str) -> None:
        assert codec.read(text) is None

    def test_refuses_what_is_around_it(self, codec: ApiKeyCodec, key: ApiKey) -> None:
        around = (f" {key.text}", f"{key.text}\n", f"{key.text}0", key.text.upper(), key.text[:-1])
        assert [codec.read(text) for text in around] == [None] * 5
        wide = key.text.replace(key.text[5], "\N{FULLWIDTH DIGIT ONE}", 1)
        assert codec.read(wide) is None

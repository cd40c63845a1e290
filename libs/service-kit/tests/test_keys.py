"""Keys derived for single purposes."""

import hmac

import pytest
from service_kit.keys import KEY_BYTES, derive_key

SECRET = "a-secret-of-the-tests-with-enough-bytes"


def hkdf_by_hand(secret: str, info: bytes) -> bytes:
    """RFC 5869, sections 2.2 and 2.3, for one block and no salt."""
    extracted = hmac.digest(bytes(32), secret.encode(), "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


class TestDeriveKey:
    def test_is_hkdf_with_the_purpose_as_info(self) -> None:
        assert derive_key(SECRET, "refresh-tokens") == hkdf_by_hand(SECRET, b"convoai/refresh-tokens")

    def test_gives_the_same_key_each_time(self) -> None:
        assert derive_key(SECRET, "x") == derive_key(SECRET, "x")
        assert len(derive_key(SECRET, "x")) == KEY_BYTES

    @pytest.mark.parametrize(("secret", "purpose"), [(SECRET, "y"), (SECRET + "!", "x"), (SECRET, ""), (SECRET, "x ")])
    def test_gives_another_for_another_secret_or_purpose(self, secret: str, purpose: str) -> None:
        assert derive_key(secret, purpose) != derive_key(SECRET, "x")

    def test_does_not_give_the_secret_away(self) -> None:
        assert SECRET.encode()[:KEY_BYTES] != derive_key(SECRET, "x")

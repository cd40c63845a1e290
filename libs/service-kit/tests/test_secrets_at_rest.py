"""Sealing what the database keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from service_kit.secrets_at_rest import SecretBox, SecretUnreadable

SECRET = "a-secret-of-the-tests-with-enough-bytes"


@pytest.fixture
def box() -> SecretBox:
    return SecretBox(SECRET, "tests")


class TestSecretBox:
    @given(plain=st.binary(max_size=200), owner=st.text(st.characters(codec="utf-8"), max_size=40))
    def test_opens_what_it_sealed_also_after_a_restart(self, plain: bytes, owner: str) -> None:
        sealed = SecretBox(SECRET, "tests").seal(plain, bound_to=owner)
        assert SecretBox(SECRET, "tests").open(sealed, bound_to=owner) == plain

    def test_shows_nothing_and_never_looks_the_same(self, box: SecretBox) -> None:
        first, second = (box.seal(b"JBSWY3DPEHPK3PXP", bound_to="ada") for _ in range(2))
        assert first != second
        assert "JBSWY3DP" not in first

    @pytest.mark.parametrize("owner", ["bob", "", "ada "])
    def test_does_not_open_for_anyone_else(self, box: SecretBox, owner: str) -> None:
        with pytest.raises(SecretUnreadable):
            box.open(box.seal(b"secret", bound_to="ada"), bound_to=owner)

    @pytest.mark.parametrize(("secret", "purpose"), [(SECRET, "others"), (SECRET + "!", "tests")])
    def test_does_not_open_with_another_key(self, box: SecretBox, secret: str, purpose: str) -> None:
        with pytest.raises(SecretUnreadable):
            SecretBox(secret, purpose).open(box.seal(b"secret", bound_to="ada"), bound_to="ada")

    def test_does_not_open_when_any_character_was_changed(self, box: SecretBox) -> None:
        sealed = box.seal(b"secret", bound_to="ada")
        # The last characters of base64 hold bits that mean nothing: one seal in four opened with another «A» there.
        for position in range(len(sealed)):
            changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
            with pytest.raises(SecretUnreadable):
                box.open(changed, bound_to="ada")

    @pytest.mark.parametrize("text", ["", "v1.", "v1.AAAA", "v1.ü", "v2.AAAA", "secret", "v1." + "A" * 11])
    def test_does_not_open_what_it_never_sealed(self, box: SecretBox, text: str) -> None:
        with pytest.raises(SecretUnreadable):
            box.open(text, bound_to="ada")

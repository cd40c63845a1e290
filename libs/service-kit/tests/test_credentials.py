"""What a caller shows is told from rubbish before anybody is asked, and gives itself away nowhere."""

import hashlib
from datetime import timedelta

import pytest
from service_kit.api_keys import ApiKeyCodec
from service_kit.credentials import CredentialReader
from service_kit.errors import ApiKeyRefused, CredentialsRefused
from service_kit.tokens import LATEST_TIMESTAMP, TokenCodec

SECRET = "a-secret-of-the-tests-with-enough-bytes"
TOKENS, KEYS = TokenCodec(SECRET), ApiKeyCodec(SECRET)


@pytest.fixture
def reader() -> CredentialReader:
    return CredentialReader(TOKENS, KEYS)


def token(session_id: str = "s1") -> str:
    return TOKENS.sign_access(
        username="ada", user_id="u1", roles=["user"], session_id=session_id, lifetime=timedelta(hours=1)
    )


class TestAccessToken:
    def test_is_about_its_session_and_user(self, reader: CredentialReader) -> None:
        credential = reader.read(token())
        assert credential.subject == ("s1", "u1")
        assert credential.claims is not None
        assert (credential.token_id, credential.expires_at) == (
            credential.claims.token_id,
            credential.claims.expires_at,
        )
        assert credential.claims.scopes is None
        assert credential.refusal().code == "invalid_credentials"

    def test_without_session_is_refused(self, reader: CredentialReader) -> None:
        with pytest.raises(CredentialsRefused):
            reader.read(token(""))

    @pytest.mark.parametrize("text", ["", "x", "a.b.c", "cvr_x", TOKENS.sign_service("chat-service")])
    def test_of_another_kind_is_refused(self, reader: CredentialReader, text: str) -> None:
        with pytest.raises(CredentialsRefused):
            reader.read(text)


class TestApiKey:
    def test_is_about_its_hash(self, reader: CredentialReader) -> None:
        key = KEYS.make()
        credential = reader.read(key.text)
        assert credential.subject == ("api-key", hashlib.sha256(key.text.encode()).hexdigest())
        assert (credential.claims, credential.expires_at) == (None, LATEST_TIMESTAMP)
        assert credential.refusal().code == "invalid_api_key"

    def test_that_is_none_is_refused(self, reader: CredentialReader) -> None:
        key = KEYS.make().text
        for text in ("cvo_", key[:-1], key[:-1] + ("a" if key[-1] != "a" else "b"), ApiKeyCodec("x" * 32).make().text):
            with pytest.raises(ApiKeyRefused):
                reader.read(text)


class TestRepr:
    def test_hides_the_text(self, reader: CredentialReader) -> None:
        for text in (token(), KEYS.make().text):
            assert text not in repr(reader.read(text))

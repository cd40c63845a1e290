"""The mails that tell people of changes to their factors."""

import pytest
from auth_server.settings import AuthSettings
from support.factors import Member, done
from support.mail_server import MailServer, html_of, text_of

SUBJECT = "second step"


@pytest.fixture
def settings(mail_settings: AuthSettings) -> AuthSettings:
    """The application of `client` sends mail."""
    return mail_settings


async def sentences(mail_server: MailServer, member: Member, expected: int) -> list[str]:
    """What so many mails say was changed."""
    told = []
    for number in range(1, expected + 1):
        mail = await mail_server.mail_to(f"{member.username}@example.com", subject=SUBJECT, number=number)
        text = " ".join(text_of(mail).split())
        sentence = text.partition("was changed: ")[2].partition(" When:")[0]
        assert sentence in " ".join(html_of(mail).split())
        told.append(sentence)
    return sorted(told)


class TestNotices:
    async def test_tell_of_each_change(self, vera: Member, admin: dict[str, str], mail_server: MailServer) -> None:
        await vera.enrol_totp()
        await vera.add_passkey("Blue key")
        done(await vera.post_password(otp=vera.codes[0]))
        done(await vera.call("POST", "/users/me/factors/recovery-codes"))
        done(await vera.call("DELETE", "/users/me/factors/totp"))
        done(await vera.client.delete("/users/vera/factors", headers=admin))
        assert await sentences(mail_server, vera, 6) == [
            "A recovery code was used in the place of a factor.",
            "An administrator has reset all second factors.",
            "An authenticator app was removed.",
            "An authenticator app was set up.",
            "The passkey “Blue key” was set up.",
            "There are new recovery codes; the ones before are no longer good.",
        ]

    async def test_tell_nothing_that_opens_anything(self, vera: Member, mail_server: MailServer) -> None:
        await vera.enrol_totp()
        await sentences(mail_server, vera, 1)
        for mail in mail_server.received:
            for secret in (vera.secret, *vera.codes):
                assert secret not in mail.as_string()

    async def test_tell_nothing_of_what_did_not_happen(self, vera: Member, mail_server: MailServer) -> None:
        await vera.prove()
        done(await vera.call("POST", "/users/me/factors/totp"))
        assert (await vera.call("POST", "/users/me/factors/totp/confirm", {"code": "12345"})).status_code == 400
        await vera.add_passkey("Blue key")
        assert await sentences(mail_server, vera, 1) == ["The passkey “Blue key” was set up."]

"""An alert that tells by mail, in running services: from the rule to the administrators' mail server, once each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from launcher.services import ANALYTICS, AUTH
from support.client import People, Person, assert_problem, ok, people_of
from support.mail_server import MailServer, html_of, running_mail_server, text_of
from support.stack import running_stack
from support.waiting import eventually

SILENCE = {"name": "Nobody asks", "figure": "answers", "comparison": "below", "threshold": 1, "email": True}


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture
async def people(tmp_path: Path, mails: MailServer, request: pytest.FixtureRequest) -> AsyncIterator[People]:
    settings = mails.settings if request.param else {}
    with running_stack(tmp_path, services=(AUTH, ANALYTICS), settings=settings) as stack:
        async with people_of(stack) as people:
            yield people


async def last_notice(admin: Person, rule_id: str) -> dict[str, object] | None:
    """Once it is told or given up."""
    notices = ok(await admin.analytics("GET", f"/analytics/alerts/rules/{rule_id}"))["last_notices"]
    return notices[0] if notices and notices[0]["state"] != "waiting" else None


class TestAlert:
    @pytest.mark.parametrize("people", [True], indirect=True)
    async def test_is_mailed_to_each_administrator_once(self, people: People, mails: MailServer) -> None:
        admin, other = await people.admin(), await people.register()
        ok(await admin.auth("PUT", f"/users/{other.username}/roles", json={"roles": ["admin"]}))
        ok(await other.auth("PATCH", "/users/me", json={"preferences": {"language": "de"}}))
        address = ok(await admin.auth("GET", "/users/me"))["email"]
        rule = ok(await admin.analytics("POST", "/analytics/alerts/rules", json=SILENCE))

        mail = await mails.mail_to(address, subject="is firing")
        german = await mails.mail_to(f"{other.username}@example.com", subject="ausgelöst")
        for text in (text_of(mail), html_of(mail), text_of(german), html_of(german)):
            assert "Nobody asks" in text
        told = await eventually(lambda: last_notice(admin, rule["id"]))
        assert told.items() >= {"channel": "email", "state": "told", "attempts": 1}.items()
        assert [len(mails.mails_to(one)) for one in (address, f"{other.username}@example.com")] == [1, 1]

    @pytest.mark.parametrize("people", [False], indirect=True)
    async def test_cannot_be_mailed_where_there_is_no_mail_server(self, people: People) -> None:
        admin = await people.admin()
        answer = await admin.analytics("POST", "/analytics/alerts/rules", json=SILENCE)
        problem = assert_problem(answer, 422)
        assert problem["errors"][0]["field"] == "email"

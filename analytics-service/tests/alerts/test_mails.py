"""Rules that tell administrators by mail: what auth-service is told, how often, and what is shown of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from analytics.alerts.channels import NotDelivered, Notice
from analytics.alerts.evaluation import Evaluation
from analytics.alerts.mails import AlertMailer
from analytics.alerts.notices import MOST_ATTEMPTS, NoticeDelivery
from analytics.db.tables import alert_notices, alert_rules
from fastapi import FastAPI
from service_kit.alert_notices import PATH, AlertNotice
from service_kit.clock import utc_now
from service_kit.service_client import ServiceClient
from sqlalchemy import delete, select

HeadersFor = Callable[[str], dict[str, str]]
RULES = "/analytics/alerts/rules"
SILENCE = {"name": "Silence", "figure": "requests", "comparison": "below", "threshold": 1}


@dataclass
class Auth:
    """Stands for auth-service: says whether mails are sent, and keeps the notices that it takes."""

    is_on: bool = True
    standing: httpx.Response | None = None
    answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"mails": 1})
    is_away: bool = False
    asked: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == PATH
        self.callers.append(request.headers["Authorization"].removeprefix("Bearer "))
        if self.is_away:
            raise httpx.ConnectError("refused")
        if request.method == "GET":
            self.asked += 1
            return self.standing or httpx.Response(200, json={"is_on": self.is_on})
        self.told.append(json.loads(request.content))
        return self.answer()


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
async def mailer(app: FastAPI, auth: Auth) -> AlertMailer:
    """In the place of the one that would call a real auth-service."""
    await app.state.alert_mailer.close()
    transport = httpx.MockTransport(auth)
    client = ServiceClient(
        "http://auth", "analytics-service", app.state.token_codec, answer_seconds=5, transport=transport
    )
    app.state.alert_mailer = mailer = AlertMailer(client)
    return mailer


@dataclass
class Scene:
    """A rule that fires and tells by mail; time passes when the test says so."""

    app: FastAPI
    client: httpx.AsyncClient
    headers: dict[str, str]
    mailer: AlertMailer
    rule: dict[str, Any]
    later: timedelta = timedelta(0)

    async def look(self) -> None:
        await Evaluation(self.app.state.database, now=lambda: utc_now() + self.later).look()

    async def deliver(self) -> None:
        now = utc_now() + self.later
        await NoticeDelivery(self.app.state.database, {"email": self.mailer}, now=lambda: now).deliver()

    async def shown(self) -> list[dict[str, Any]]:
        answer = await self.client.get(f"{RULES}/{self.rule['id']}", headers=self.headers)
        notices: list[dict[str, Any]] = answer.json()["last_notices"]
        return [{name: notice[name] for name in ("channel", "state", "reason", "attempts")} for notice in notices]

    async def change(self, **fields: Any) -> httpx.Response:
        return await self.client.patch(f"{RULES}/{self.rule['id']}", json=fields, headers=self.headers)


@pytest.fixture
async def scene(app: FastAPI, client: httpx.AsyncClient, headers_for: HeadersFor, mailer: AlertMailer) -> Scene:
    await app.state.database.write(lambda session: session.execute(delete(alert_rules)))
    headers = headers_for("admin")
    answer = await client.post(RULES, json=SILENCE | {"email": True}, headers=headers)
    assert answer.status_code == 200, answer.text
    return Scene(app, client, headers, mailer, answer.json())


async def bodies(app: FastAPI) -> list[str]:
    query = select(alert_notices.c.body).order_by(alert_notices.c.id)
    found: list[str] = await app.state.database.read(lambda session: session.scalars(query).all())
    return found


class TestRule:
    async def test_tells_nobody_by_mail_unless_it_says_so(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, auth: Auth, mailer: AlertMailer
    ) -> None:
        headers = headers_for("admin")
        made = (await client.post(RULES, json=SILENCE, headers=headers)).json()
        rules = (await client.get(RULES, headers=headers)).json()
        assert (made["email"], made["last_notices"]) == (False, [])
        assert not any(rule["email"] for rule in rules)
        assert auth.asked == 0

    async def test_is_refused_at_the_field_where_no_mail_is_sent(self, scene: Scene, auth: Auth) -> None:
        auth.is_on = False
        made = await scene.client.post(RULES, json=SILENCE | {"email": True}, headers=scene.headers)
        for answer in (made, await scene.change(email=True)):
            assert answer.status_code == 422
            [error] = answer.json()["errors"]
            assert error["field"] == "email"
            assert "SMTP_HOST" in error["message"]
        assert (await scene.change(name="Another", email=False)).json()["email"] is False

    @pytest.mark.parametrize("standing", [None, httpx.Response(404), httpx.Response(200, json={}), httpx.Response(503)])
    async def test_is_taken_where_nobody_can_say(
        self, scene: Scene, auth: Auth, standing: httpx.Response | None
    ) -> None:
        auth.is_away, auth.standing = standing is None, standing
        made = await scene.client.post(RULES, json=SILENCE | {"email": True}, headers=scene.headers)
        assert (made.status_code, made.json()["email"]) == (200, True)

    async def test_stays_as_it_is_where_a_change_does_not_name_it(self, scene: Scene, auth: Auth) -> None:
        asked = auth.asked
        assert (await scene.change(threshold=2)).json()["email"] is True
        assert auth.asked == asked

    async def test_of_what_is_no_truth_value_is_refused(self, scene: Scene) -> None:
        wrong: Any
        for wrong in (None, "admin@example.com", []):
            assert (await scene.change(email=wrong)).status_code == 422


class TestDelivery:
    async def test_hands_over_what_happened_once(self, scene: Scene, auth: Auth) -> None:
        await scene.look()
        assert await scene.shown() == [{"channel": "email", "state": "waiting", "reason": None, "attempts": 0}]
        await scene.deliver()
        await scene.deliver()
        [told] = auth.told
        [entry] = (await scene.client.get("/analytics/alerts/history", headers=scene.headers)).json()
        assert AlertNotice.model_validate(told).notice_id == entry["id"]
        assert told | {"at": "", "notice_id": ""} == {
            "notice_id": "",
            "rule_name": "Silence",
            "figure": "requests",
            "subject": "",
            "comparison": "below",
            "threshold": 1.0,
            "state": "firing",
            "value": 0.0,
            "at": "",
        }
        assert await scene.shown() == [{"channel": "email", "state": "told", "reason": None, "attempts": 1}]
        assert scene.app.state.token_codec.verify(auth.callers[-1], "service").username == "analytics-service"

    async def test_tries_again_with_the_same_notice(self, scene: Scene, auth: Auth) -> None:
        auth.is_away = True
        await scene.look()
        await scene.deliver()
        assert await scene.shown() == [
            {"channel": "email", "state": "waiting", "reason": "ConnectError", "attempts": 1}
        ]
        auth.is_away = False
        auth.answer = lambda: httpx.Response(503)
        for _ in range(3):
            scene.later += timedelta(hours=1)
            await scene.deliver()
        assert len(auth.told) == 3
        assert all(told == auth.told[0] for told in auth.told)
        [body] = await bodies(scene.app)
        assert json.loads(body) == auth.told[0]

    async def test_shows_that_there_is_no_mail_server_any_more(self, scene: Scene, auth: Auth) -> None:
        auth.answer = lambda: httpx.Response(409, json={"code": "no_mail_server"})
        await scene.look()
        for _ in range(MOST_ATTEMPTS + 2):
            await scene.deliver()
            scene.later += timedelta(hours=1)
        assert await scene.shown() == [
            {"channel": "email", "state": "given_up", "reason": "no_mail_server", "attempts": MOST_ATTEMPTS}
        ]

    async def test_ends_where_the_rule_tells_nobody_by_mail_any_more(self, scene: Scene, auth: Auth) -> None:
        await scene.look()
        await scene.change(email=False)
        await scene.deliver()
        assert (auth.told, await scene.shown()) == ([], [])

    async def test_ends_with_the_rule(self, scene: Scene, auth: Auth) -> None:
        await scene.look()
        await scene.client.delete(f"{RULES}/{scene.rule['id']}", headers=scene.headers)
        await scene.deliver()
        assert (auth.told, await bodies(scene.app)) == ([], [])

    async def test_goes_on_when_there_are_a_webhook_and_a_mail(self, scene: Scene, auth: Auth) -> None:
        class Away:
            async def tell(self, notice: Notice) -> None:
                raise NotDelivered("too_slow")

        def add_webhook(session: Any) -> None:
            session.execute(alert_rules.update().values(webhook_url="https://hooks.example/", webhook_secret="v1.x"))

        await scene.app.state.database.write(add_webhook)
        await scene.look()
        channels: Any = {"email": scene.mailer, "webhook": Away()}
        await NoticeDelivery(scene.app.state.database, channels, now=utc_now).deliver()
        assert len(auth.told) == 1
        assert [(notice["channel"], notice["state"], notice["reason"]) for notice in await scene.shown()] == [
            ("email", "told", None),
            ("webhook", "waiting", "too_slow"),
        ]

    async def test_is_shown_with_the_alert(self, scene: Scene) -> None:
        await scene.look()
        await scene.deliver()
        [alert] = (await scene.client.get("/analytics/alerts", headers=scene.headers)).json()
        assert [notice["state"] for notice in alert["rule"]["last_notices"]] == ["told"]

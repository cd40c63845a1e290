"""Webhooks: where they may go, what they are told and how it is signed, and what happens when nobody takes it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

import httpx
import pytest
from analytics.alerts.addresses import WebhookPolicy, is_outside
from analytics.alerts.channels import NotDelivered
from analytics.alerts.evaluation import Evaluation
from analytics.alerts.notices import LEASE, MOST_ATTEMPTS, NoticeDelivery
from analytics.alerts.webhooks import WebhookCaller, WebhookChannel
from analytics.db.tables import alert_notices, alert_rules
from analytics.dependencies import settings_webhook_rules
from analytics.settings import AnalyticsSettings
from chat_testing.server import serving
from chat_testing.waiting import eventually
from fastapi import FastAPI
from pydantic import ValidationError
from service_kit.clock import utc_now
from service_kit.errors import InvalidInput
from sqlalchemy import delete, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

HeadersFor = Callable[[str], dict[str, str]]
RULES = "/analytics/alerts/rules"
SECRET = "a-secret-of-the-webhook"
SILENCE = {"name": "Silence", "figure": "requests", "comparison": "below", "threshold": 1}


@dataclass
class Hook:
    """A webhook that answers what the test says, and keeps what it was told."""

    address: str = ""
    answer: Callable[[], Response] = Response
    wait: asyncio.Event | None = None
    told: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.address}/hook?team=1"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.told.append((dict(request.headers), (await request.body()).decode()))
        if self.wait is not None:
            await self.wait.wait()
        await self.answer()(scope, receive, send)


@asynccontextmanager
async def open_hook() -> AsyncIterator[Hook]:
    hook = Hook()
    async with serving(hook) as server:
        hook.address = server.address
        yield hook


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with open_hook() as hook:
        yield hook


@pytest.fixture
def settings(settings: AnalyticsSettings, hook: Hook) -> AnalyticsSettings:
    changes = {"alert_webhook_hosts": [hook.address], "alert_webhook_http": True, "alert_webhook_private": True}
    return settings.model_copy(update=changes)


def policy_for(*hosts: str, addresses: tuple[str, ...] = ("127.0.0.1",), **more: Any) -> WebhookPolicy:
    async def resolve(_host: str, _port: int) -> list[str]:
        return list(addresses)

    allowed = {"is_http_allowed": True, "are_private_allowed": True} | more
    return WebhookPolicy(frozenset(hosts), resolve=resolve, **allowed)


async def call(policy: WebhookPolicy, url: str, **more: Any) -> None:
    await WebhookCaller(policy, **more).call(url, SECRET.encode(), "{}", delivery_id="d1", now=utc_now())


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "ftp://hooks.example.com/",
            "https://evil.example/",
            "https://hooks.example.com:444/",
            "https://user:pass@hooks.example.com/",
            "https://hooks.example.com@evil.example/",
            "https://hooks.example.com.evil.example/",
            "https://hooks.example.com/#fragment",
            "https://hooks.example.com:port/",
            "https://[::1/",
            "//hooks.example.com/",
            "hooks.example.com",
            "",
        ],
    )
    def test_of_another_kind_or_host_is_refused(self, url: str) -> None:
        with pytest.raises(InvalidInput):
            policy_for("hooks.example.com").check(url)

    def test_is_https_unless_the_operator_allows_http(self) -> None:
        with pytest.raises(InvalidInput):
            policy_for("hooks.example.com", is_http_allowed=False).check("http://hooks.example.com/")
        policy_for("hooks.example.com").check("http://hooks.example.com/")
        policy_for("hooks.example.com:8443").check("https://HOOKS.example.com:8443/path?query")

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - refused, not listened on
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ],
    )
    async def test_that_is_inside_is_not_called(self, hook: Hook, address: str) -> None:
        assert not is_outside(ip_address(address))
        port = hook.address.partition(":")[2]
        policy = policy_for(f"hooks.example.com:{port}", addresses=(address,), are_private_allowed=False)
        with pytest.raises(NotDelivered, match="address_refused"):
            await call(policy, f"http://hooks.example.com:{port}/")
        assert hook.told == []

    @pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
    def test_that_is_outside_is_seen_as_that(self, address: str) -> None:
        assert is_outside(ip_address(address))

    async def test_one_inside_among_others_is_enough_to_refuse(self, hook: Hook) -> None:
        policy = policy_for("hooks.example.com", addresses=("93.184.216.34", "127.0.0.1"), are_private_allowed=False)
        with pytest.raises(NotDelivered, match="address_refused"):
            await call(policy, "https://hooks.example.com/")

    async def test_is_looked_up_once_and_that_one_is_called(self, hook: Hook) -> None:
        # A name that stands for something else at the second look would lead inside.
        answers, port = [["127.0.0.1"], ["203.0.113.1"]], hook.address.partition(":")[2]

        async def resolve(host: str, _port: int) -> list[str]:
            assert host == "hooks.example.com"
            return answers.pop(0)

        name = f"hooks.example.com:{port}"
        policy = WebhookPolicy(frozenset({name}), is_http_allowed=True, are_private_allowed=True, resolve=resolve)
        await call(policy, f"http://{name}/")
        assert answers == [["203.0.113.1"]]
        [(headers, _)] = hook.told
        assert headers["host"] == name


class TestCall:
    async def test_is_signed_with_its_time(self, hook: Hook) -> None:
        await call(policy_for(hook.address), hook.url)
        [(headers, body)] = hook.told
        signed = f"{headers['x-convoai-timestamp']}.{body}".encode()
        expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-convoai-signature"] == f"v1={expected}"
        assert headers["x-convoai-delivery"] == "d1"
        assert abs(int(headers["x-convoai-timestamp"]) - utc_now().timestamp()) < 60

    async def test_follows_no_redirect(self, hook: Hook) -> None:
        async with open_hook() as elsewhere:
            hook.answer = lambda: RedirectResponse(elsewhere.url)
            with pytest.raises(NotDelivered, match="status_307"):
                await call(policy_for(hook.address, elsewhere.address), hook.url)
            assert elsewhere.told == []

    @pytest.mark.parametrize("status", [400, 404, 500, 503])
    async def test_is_not_taken_by_anything_but_2xx(self, hook: Hook, status: int) -> None:
        hook.answer = lambda: Response(status_code=status)
        with pytest.raises(NotDelivered, match=f"status_{status}"):
            await call(policy_for(hook.address), hook.url)

    async def test_waits_for_a_slow_answer_no_longer_than_it_should(self, hook: Hook) -> None:
        hook.wait = asyncio.Event()
        with pytest.raises(NotDelivered, match="too_slow"):
            await call(policy_for(hook.address), hook.url, answer_seconds=0.2)
        hook.wait.set()

    async def test_reads_no_endless_answer(self, hook: Hook) -> None:
        hook.answer = lambda: Response(b"x" * 1_000_000)
        with pytest.raises(NotDelivered, match="answer_too_large"):
            await call(policy_for(hook.address), hook.url)

    async def test_of_nobody_is_told_as_that(self) -> None:
        with pytest.raises(NotDelivered, match="ConnectError"):
            await call(policy_for("127.0.0.1:9"), "http://127.0.0.1:9/")


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Scene:
    """A rule that fires, and the parts that tell its webhook."""

    app: FastAPI
    clock: Clock
    rule: dict[str, Any]

    async def look(self) -> None:
        await Evaluation(self.app.state.database, now=self.clock).look()

    def delivery(self, **more: Any) -> NoticeDelivery:
        rules = settings_webhook_rules(self.app.state.settings)
        channel = WebhookChannel(WebhookCaller(rules.policy, **more), rules.box, now=self.clock)
        return NoticeDelivery(self.app.state.database, {"webhook": channel}, now=self.clock)

    async def notices(self) -> list[Any]:
        query = select(alert_notices).order_by(alert_notices.c.id)
        found: list[Any] = await self.app.state.database.read(lambda session: session.execute(query).all())
        return found


@pytest.fixture
async def scene(app: FastAPI, client: httpx.AsyncClient, headers_for: HeadersFor, hook: Hook) -> Scene:
    await app.state.database.write(lambda session: session.execute(delete(alert_rules)))
    body = SILENCE | {"webhook_url": hook.url, "webhook_secret": SECRET}
    answer = await client.post(RULES, json=body, headers=headers_for("admin"))
    assert answer.status_code == 200, answer.text
    return Scene(app, Clock(), answer.json())


class TestDelivery:
    async def test_tells_what_happened_once(self, scene: Scene, hook: Hook) -> None:
        await scene.look()
        await scene.delivery().deliver()
        await scene.delivery().deliver()
        [(headers, body)] = hook.told
        told = json.loads(body)
        assert (told["state"], told["value"], told["rule"]["name"]) == ("firing", 0.0, "Silence")
        [notice] = await scene.notices()
        assert (notice.id, notice.failure) == (headers["x-convoai-delivery"], None)
        assert notice.done_at is not None

    async def test_tries_again_later_and_later_also_after_a_restart(self, scene: Scene, hook: Hook) -> None:
        hook.answer = lambda: Response(status_code=500)
        await scene.look()
        await scene.delivery().deliver()
        await scene.delivery().deliver()  # it is not due yet
        assert len(hook.told) == 1
        [notice] = await scene.notices()
        assert notice.failure == "status_500"
        assert timedelta(seconds=7) < notice.due_at - scene.clock.now <= timedelta(seconds=15)
        hook.answer = Response
        scene.clock.now = notice.due_at
        await scene.delivery().deliver()
        assert [headers["x-convoai-delivery"] for headers, _ in hook.told] == [notice.id] * 2
        [notice] = await scene.notices()
        assert (notice.attempts, notice.failure) == (2, None)

    async def test_gives_up_in_the_end(self, scene: Scene, hook: Hook) -> None:
        hook.answer = lambda: Response(status_code=500)
        await scene.look()
        for _ in range(MOST_ATTEMPTS + 2):
            await scene.delivery().deliver()
            scene.clock.now += timedelta(hours=1)
        [notice] = await scene.notices()
        assert (len(hook.told), notice.attempts, notice.failure) == (MOST_ATTEMPTS, MOST_ATTEMPTS, "status_500")
        assert notice.done_at is not None

    async def test_of_two_replicas_one_tells(self, scene: Scene, hook: Hook) -> None:
        await scene.look()
        await asyncio.gather(*(scene.delivery().deliver() for _ in range(4)))
        assert len(hook.told) == 1

    async def test_goes_on_when_a_process_died_in_the_middle(self, scene: Scene, hook: Hook) -> None:
        hook.wait = asyncio.Event()
        await scene.look()
        dying = asyncio.create_task(scene.delivery().deliver())
        await eventually(lambda: bool(hook.told))
        dying.cancel()
        await asyncio.wait([dying])
        hook.wait.set()
        hook.wait = None
        await scene.delivery().deliver()
        assert len(hook.told) == 1  # the lease is not over
        scene.clock.now += LEASE
        await scene.delivery().deliver()
        assert len(hook.told) == 2

    async def test_a_host_that_is_no_longer_allowed_is_not_called(self, scene: Scene, hook: Hook) -> None:
        await scene.look()
        rules = settings_webhook_rules(scene.app.state.settings)
        channel = WebhookChannel(WebhookCaller(policy_for("hooks.example.com")), rules.box, now=scene.clock)
        await NoticeDelivery(scene.app.state.database, {"webhook": channel}, now=scene.clock).deliver()
        [notice] = await scene.notices()
        assert (hook.told, notice.failure) == ([], "address_refused")

    async def test_ends_with_the_rule(
        self, scene: Scene, hook: Hook, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        await scene.look()
        await client.delete(f"{RULES}/{scene.rule['id']}", headers=headers_for("admin"))
        await scene.delivery().deliver()
        assert (hook.told, await scene.notices()) == ([], [])


class TestSecret:
    async def test_is_never_given_back_and_sealed_where_it_is_kept(
        self, scene: Scene, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        answers = [
            await client.get(RULES, headers=headers_for("admin")),
            await client.get(f"{RULES}/{scene.rule['id']}", headers=headers_for("manager")),
        ]
        assert all("secret" not in answer.text for answer in answers)
        query = select(alert_rules.c.webhook_secret)
        [kept] = await scene.app.state.database.read(lambda session: session.scalars(query).all())
        assert kept.startswith("v1.")
        assert SECRET not in kept

    @pytest.mark.parametrize(
        "fields",
        [
            {"webhook_url": "https://evil.example/", "webhook_secret": SECRET},
            {"webhook_secret": SECRET},
            {"webhook_url": "URL"},
            {"webhook_url": "URL", "webhook_secret": "short"},
        ],
    )
    async def test_and_address_go_together(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, hook: Hook, fields: dict[str, str]
    ) -> None:
        body = {name: hook.url if value == "URL" else value for name, value in fields.items()}
        answer = await client.post(RULES, json=SILENCE | body, headers=headers_for("admin"))
        assert answer.status_code == 422

    async def test_goes_when_the_webhook_goes(
        self, scene: Scene, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        path, headers = f"{RULES}/{scene.rule['id']}", headers_for("admin")
        assert (await client.patch(path, json={"webhook_url": None}, headers=headers)).json()["webhook_url"] is None
        query = select(alert_rules.c.webhook_secret)
        assert await scene.app.state.database.read(lambda session: session.scalars(query).all()) == [None]


def test_hosts_are_a_list_of_names() -> None:
    nothing: dict[str, Any] = {"_env_file": None}
    settings = AnalyticsSettings(**nothing, alert_webhook_hosts="Hooks.example.com, b.example:8443")  # type: ignore[arg-type]
    assert settings.alert_webhook_hosts == ["hooks.example.com", "b.example:8443"]
    with pytest.raises(ValidationError):
        AnalyticsSettings(**nothing, alert_webhook_hosts=5)  # type: ignore[arg-type]

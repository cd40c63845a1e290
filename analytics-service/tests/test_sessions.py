"""Figures are shown to people whose session holds, with the roles that they have now."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from service_kit.credentials import Credential
from service_kit.errors import CredentialsRefused, IdentityUnavailable, ServiceError
from service_kit.tokens import Principal

HeadersFor = Callable[[str], dict[str, str]]


class TestSummary:
    @pytest.mark.parametrize(("error", "status"), [(CredentialsRefused(), 401), (IdentityUnavailable(), 503)])
    async def test_is_refused_to_a_session_that_does_not_hold(
        self,
        client: httpx.AsyncClient,
        headers_for: HeadersFor,
        app: FastAPI,
        monkeypatch: pytest.MonkeyPatch,
        error: ServiceError,
        status: int,
    ) -> None:
        async def refuse(_credential: Credential) -> Principal:
            raise error

        monkeypatch.setattr(app.state.session_checker, "check", refuse)
        response = await client.get("/analytics/summary", headers=headers_for("admin"))
        assert (response.status_code, response.json()["code"]) == (status, error.code)
        assert ("Retry-After" in response.headers) == (status == 503)

    @pytest.mark.parametrize(("before", "now", "status"), [("admin", "user", 403), ("user", "manager", 200)])
    async def test_goes_by_the_roles_of_now(
        self,
        client: httpx.AsyncClient,
        headers_for: HeadersFor,
        app: FastAPI,
        monkeypatch: pytest.MonkeyPatch,
        before: str,
        now: str,
        status: int,
    ) -> None:
        async def check(credential: Credential) -> Principal:
            assert credential.claims is not None
            return replace(credential.claims, roles=(now,))

        monkeypatch.setattr(app.state.session_checker, "check", check)
        assert (await client.get("/analytics/summary", headers=headers_for(before))).status_code == status


class TestEvents:
    async def test_are_taken_from_services_without_asking_anybody(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(_credential: Credential) -> Principal:
            raise IdentityUnavailable()

        monkeypatch.setattr(app.state.session_checker, "check", refuse)
        response = await client.post("/events", json={"events": []}, headers=headers_for("service"))
        assert response.status_code == 202

"""Whom passkeys are for."""

from collections.abc import Sequence

import pytest
from auth_server.factors.errors import PasskeysUnavailable
from auth_server.factors.relying_party import CallingPage, RelyingParties, is_domain
from auth_server.page_origins import PageOrigins
from auth_server.settings import AuthSettings
from pydantic import ValidationError

DEFAULTS = ("http://localhost:3000", "http://127.0.0.1:3000")


def parties(*origins: str, fixed_id: str = "") -> RelyingParties:
    return RelyingParties(fixed_id, PageOrigins(origins))


def page(origin: str = "", host: str = "127.0.0.1:8001") -> CallingPage:
    return CallingPage(origin, host)


class TestId:
    @pytest.mark.parametrize(
        ("origins", "origin", "host", "expected"),
        [
            (DEFAULTS, "http://localhost:3000", "localhost:8001", "localhost"),
            (DEFAULTS, "", "127.0.0.1:8001", "localhost"),
            (DEFAULTS, "http://evil.example", "127.0.0.1:8001", "localhost"),
            (["https://chat.example.org"], "https://chat.example.org", "auth.example.org", "chat.example.org"),
            (["*"], "https://chat.example.org", "chat.example.org", "chat.example.org"),
        ],
    )
    def test_is_the_host_of_the_page(self, origins: Sequence[str], origin: str, host: str, expected: str) -> None:
        assert parties(*origins).id_for(page(origin, host)) == expected

    def test_is_the_setting_where_there_is_one(self) -> None:
        found = parties(*DEFAULTS, fixed_id="example.org")
        assert found.id_for(page("http://127.0.0.1:3000")) == "example.org"

    @pytest.mark.parametrize(
        ("origins", "origin"),
        [
            (DEFAULTS, "http://127.0.0.1:3000"),
            (["http://[::1]:3000"], "http://[::1]:3000"),
            (["http://[::1]:3000"], ""),
            (["*"], "https://chat.example.org"),
            ([], ""),
        ],
    )
    def test_of_a_number_or_a_page_that_may_not_there_is_none(self, origins: Sequence[str], origin: str) -> None:
        with pytest.raises(PasskeysUnavailable):
            parties(*origins).id_for(page(origin))


class TestOrigins:
    @pytest.mark.parametrize(
        ("rp_id", "expected"),
        [
            ("example.org", ["https://example.org", "https://chat.example.org"]),
            ("chat.example.org", ["https://chat.example.org"]),
            ("org", ["https://example.org", "https://chat.example.org"]),
            ("ample.org", []),
            ("example.com", []),
        ],
    )
    def test_are_those_on_and_below_the_host(self, rp_id: str, expected: list[str]) -> None:
        found = parties("https://example.org", "https://chat.example.org", "https://notexample.net")
        assert found.origins_of(rp_id, page()) == expected

    def test_include_the_address_of_the_service_itself(self) -> None:
        assert parties().origins_of("chat.test", page("https://chat.test", "chat.test")) == ["https://chat.test"]
        assert parties().origins_of("chat.test", page("https://chat.test", "other.test")) == []


class TestDomain:
    @pytest.mark.parametrize("name", ["localhost", "example.org", "xn--bcher-kva.example", "a.b.c.d"])
    def test_is_a_name(self, name: str) -> None:
        assert is_domain(name)

    @pytest.mark.parametrize(
        "name", ["", "127.0.0.1", "::1", "-a.org", "a-.org", "a..org", "a b", "bücher.example", ".org", "a" * 64]
    )
    def test_is_nothing_else(self, name: str) -> None:
        assert not is_domain(name)

    @pytest.mark.parametrize("value", ["https://example.org", "example.org:443", "127.0.0.1", "ex ample"])
    def test_of_the_setting_is_one(self, value: str) -> None:
        with pytest.raises(ValidationError, match="host name"):
            AuthSettings(_env_file=None, webauthn_rp_id=value)  # type: ignore[call-arg]

    def test_of_the_setting_is_in_small_letters(self) -> None:
        settings = AuthSettings(_env_file=None, webauthn_rp_id="Chat.Example.org")  # type: ignore[call-arg]
        assert settings.webauthn_rp_id == "chat.example.org"

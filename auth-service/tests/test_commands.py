"""`python -m auth_server.commands`."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest
from auth_server import commands
from auth_server.settings import AuthSettings
from service_kit.clock import utc_now
from support.factors import Member

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
PASSWORD = "difference-engine-1"
ADD_ADA = ["create-admin", "--username", "ada", "--email", "ada@example.com"]


@pytest.fixture(autouse=True)
def _environment(settings: AuthSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read the process environment, as an operator sets it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVOAI_ENV_FILES", "off")
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BCRYPT_ROUNDS", "4")
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)


class Prompt:
    """Answers the question for a password, and counts it."""

    def __init__(self, password: str = PASSWORD) -> None:
        self._password = password
        self.questions = 0

    def __call__(self) -> str:
        self.questions += 1
        return self._password


def _run(arguments: list[str], prompt: Prompt | None = None) -> int:
    return commands.main(arguments, prompt or Prompt())


class TestCreateAdmin:
    def test_creates_one_and_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert _run(ADD_ADA) == 0
        assert capsys.readouterr().out == "Created the administrator ada (ada@example.com).\n"

    async def test_who_can_sign_in(self, settings: AuthSettings, start_service: StartService) -> None:
        await _in_thread(lambda: _run(ADD_ADA))
        async with start_service(settings) as client:
            response = await client.post("/auth/token", data={"username": "ada", "password": PASSWORD})
            headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
            users = (await client.get("/users/", headers=headers)).json()
            assert [(user["username"], user["roles"]) for user in users] == [("ada", ["admin", "user"])], (
                "no first admin"
            )

    async def test_promotes_and_activates_an_existing_user(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        ada: dict[str, str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        prompt = Prompt()
        assert await _in_thread(lambda: _run(["create-admin", "--username", "ADA", "--email", "x@y.z"], prompt)) == 0
        assert "ada is an administrator now" in capsys.readouterr().out
        assert prompt.questions == 0
        me = (await client.get("/users/me", headers=ada)).json()
        assert (me["roles"], me["email"]) == (["admin", "user"], "ada@example.com")

    async def test_lets_an_admin_back_in_who_lost_every_factor(
        self, client: httpx.AsyncClient, admin: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        await client.put("/roles/admin/policy", json={"requires_second_factor": True}, headers=admin)
        form = {"username": "admin", "password": "first-admin-2026"}
        lost = Member(client, utc_now, "admin", admin, password=form["password"])
        await lost.enrol_totp()
        assert await _in_thread(lambda: _run(["create-admin", "--username", "admin", "--email", "x@y.z"])) == 0
        assert "The second factors were reset, and every session has ended." in capsys.readouterr().out
        assert not await lost.is_signed_in()
        problem = (await client.post("/auth/token", data=form)).json()
        assert problem["code"] == "factor_enrolment_required", "the role demands a new one"

    @pytest.mark.parametrize(
        ("arguments", "password", "sentence"),
        [
            (ADD_ADA, "password1", "Choose another password: it is one of the most common passwords."),
            (["create-admin", "--username", "a b", "--email", "a@b.c"], PASSWORD, "A username consists of letters"),
            (["create-admin", "--username", "ada", "--email", "nonsense"], PASSWORD, "@-sign"),
        ],
    )
    def test_refuses_with_a_sentence(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], password: str, sentence: str
    ) -> None:
        assert _run(arguments, Prompt(password)) == 1
        written = capsys.readouterr()
        assert sentence in written.err
        assert written.out == ""
        assert len(written.err.splitlines()) == 1

    def test_refuses_a_taken_address(self, capsys: pytest.CaptureFixture[str]) -> None:
        _run(ADD_ADA)
        assert _run(["create-admin", "--username", "eve", "--email", "ADA@example.com"]) == 1
        assert "already registered" in capsys.readouterr().err

    def test_takes_the_password_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)
        assert commands.main(ADD_ADA) == 0

    def test_says_what_to_do_without_a_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: False)
        assert commands.main(ADD_ADA) == 1
        assert "Set ADMIN_PASSWORD" in capsys.readouterr().err

    @pytest.mark.parametrize(("second", "code"), [(PASSWORD, 0), ("another-engine-2", 1)])
    def test_asks_twice_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch, second: str, code: int) -> None:
        answers = iter([PASSWORD, second])
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("getpass.getpass", lambda _question: next(answers))
        assert commands.main(ADD_ADA) == code


class TestListAdmins:
    def test_says_when_there_is_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert _run(["list-admins"]) == 0
        assert "no administrator yet" in capsys.readouterr().out

    def test_has_one_line_for_each(self, capsys: pytest.CaptureFixture[str]) -> None:
        _run(ADD_ADA)
        _run(["create-admin", "--username", "zoe", "--email", "zoe@example.com"])
        capsys.readouterr()
        assert _run(["list-admins"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[:3] for line in lines] == [
            ["ada", "ada@example.com", "active"],
            ["zoe", "zoe@example.com", "active"],
        ]


class TestTrouble:
    def test_an_unreachable_database_is_said(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}")
        assert _run(["list-admins"]) == 1
        assert "DATABASE_URL" in capsys.readouterr().err

    def test_a_wrong_setting_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("BCRYPT_ROUNDS", "many")
        assert _run(["list-admins"]) == 1
        assert "BCRYPT_ROUNDS" in capsys.readouterr().err

    @pytest.mark.parametrize("arguments", [[], ["create-admin"], ["destroy"]])
    def test_wrong_usage_is_code_2(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as exit_info:
            _run(arguments)
        assert exit_info.value.code == 2


async def _in_thread(run: Callable[[], int]) -> int:
    """A command has an event loop of its own."""
    return await asyncio.to_thread(run)

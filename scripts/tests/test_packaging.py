"""Images, compose file and workflow: what must agree with the launcher, and what must never slip."""

import json
import re

import pytest
from launcher import services
from launcher.paths import ROOT
from launcher.services import ANALYTICS, AUTH, CHAT, Service, service_command

PYTHON_SERVICES = (AUTH, CHAT, ANALYTICS)


def dockerfile(service: Service) -> str:
    return (ROOT / service.name / "Dockerfile").read_text(encoding="utf-8")


def options(words: list[str]) -> list[str]:
    """The words after `main:app`, options with their values, in one order."""
    joined = " ".join(words[words.index("main:app") + 1 :])
    return sorted(re.split(r" (?=--)", joined))


@pytest.mark.parametrize("service", PYTHON_SERVICES, ids=lambda service: service.name)
class TestImages:
    def test_it_starts_the_service_as_the_launcher_does(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services, "IS_WINDOWS", False)
        found = re.search(r"(?m)^CMD (\[\"uvicorn\".*\])$", dockerfile(service))

        assert found is not None
        expected = service_command(service, services.OPEN_HOSTS[0], service.default_port)
        assert options(json.loads(found[1])) == options(expected)

    def test_it_runs_as_nobody_in_particular(self, service: Service) -> None:
        assert re.findall(r"(?m)^USER (.*)$", dockerfile(service)) == ["10001:10001"]

    def test_it_installs_its_own_lock_with_hashes(self, service: Service) -> None:
        assert f"--require-hashes requirements/{service.name}.lock" in dockerfile(service)

    def test_it_reads_no_env_file_and_keeps_its_data_in_the_volume(self, service: Service) -> None:
        assert "CONVOAI_ENV_FILES=off" in dockerfile(service)
        assert f"DATABASE_URL=sqlite:////data/{service.name}.db" in dockerfile(service)


class TestCompose:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    def test_the_secret_has_no_default(self) -> None:
        assert re.findall(r"\$\{AUTH_SECRET_KEY[^}]{2}", self.text) == ["${AUTH_SECRET_KEY:?"]

    def test_compose_1_29_can_read_it(self) -> None:
        assert not re.search(r"(?m)^(version|name|include):", self.text)
        assert not re.search(r"\$\{[^}]*\$\{", self.text), "defaults inside defaults"

    @pytest.mark.parametrize("service", services.SERVICES, ids=lambda service: service.name)
    def test_each_host_port_is_the_launchers_variable_with_its_default(self, service: Service) -> None:
        assert f"${{{service.port_variable}:-{service.default_port}}}:" in self.text


class TestIgnoredByDocker:
    def test_secrets_data_and_tests_stay_out_of_the_context(self) -> None:
        lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

        assert "*" in lines
        assert {"**/.env", "**/data", "**/logs", "**/tests", "**/node_modules", "**/.venv"} <= set(lines)


class TestWorkflow:
    def test_every_action_is_pinned_to_a_commit(self) -> None:
        used = re.findall(r"uses: (\S+)", (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))

        assert used
        assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []

    def test_all_supported_pythons_run(self) -> None:
        text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")

        assert re.findall(r'python: "([0-9.]+)"', text) == ["3.11", "3.12", "3.13"]

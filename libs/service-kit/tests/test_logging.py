"""No token, key or password in any log; one line per event, for people or for programs."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from service_kit.api_keys import ApiKeyCodec
from service_kit.logging import configure_logging, hide_secrets
from service_kit.settings import ServiceSettings

API_KEY = ApiKeyCodec("a-secret-of-the-tests-with-enough-bytes").make().text
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Logging configured as a service does it; afterwards the root logger is as it was."""
    root = logging.getLogger()
    level = root.level
    configure_logging(_settings(tmp_path))
    yield tmp_path / "service.log"
    for handler in [handler for handler in root.handlers if getattr(handler, "is_convoai", False)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def _settings(log_directory: Path) -> ServiceSettings:
    return ServiceSettings(log_directory=log_directory, log_format="json", log_level="INFO")


def _lines(log_file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log_file.read_text().splitlines()]


class TestHideSecrets:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (f"GET /ws/1?token={TOKEN}&stream=true", "GET /ws/1?token=[hidden]&stream=true"),
            (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [hidden]"),
            (f"subprotocol bearer.{TOKEN}", "subprotocol bearer.[hidden]"),
            (f"it was {TOKEN}.", "it was [hidden]."),
            ("key sk-proj-abcdefgh12345678 refused", "key [hidden] refused"),
            (f"GET /ws/1?token={API_KEY}&stream=true", "GET /ws/1?token=[hidden]&stream=true"),
            (f"GET /ws/1?key={API_KEY}&stream=true", "GET /ws/1?key=[hidden]&stream=true"),
            (f"Authorization: Bearer {API_KEY}", "Authorization: Bearer [hidden]"),
            (f"X-API-Key: {API_KEY}", "X-API-Key: [hidden]"),
            (f"subprotocol bearer.{API_KEY}", "subprotocol bearer.[hidden]"),
            (f'{{"key":"{API_KEY}"}}', '{"key":"[hidden]"}'),
            (f"a slip: {API_KEY[:40]}, {API_KEY.upper()}", "a slip: [hidden], [hidden]"),
            ("it was cvr_0190-a.1.c2ln", "it was [hidden]"),
            ("nothing to hide: tokens=5, risk-free", "nothing to hide: tokens=5, risk-free"),
        ],
    )
    def test_replaces_tokens_and_keys(self, text: str, shown: str) -> None:
        assert hide_secrets(text) == shown


class TestLogFile:
    def test_has_one_json_object_per_line(self, log_file: Path) -> None:
        structlog.get_logger("test").info("tea_made", cups=2)
        logging.getLogger("library").warning("kettle %s", "on")
        ours, theirs = _lines(log_file)
        assert (ours["event"], ours["cups"], ours["level"]) == ("tea_made", 2, "info")
        assert str(ours["timestamp"]).endswith("Z")
        assert (theirs["event"], theirs["level"]) == ("kettle on", "warning")

    @pytest.mark.parametrize(
        "name",
        ["password", "new_password", "access_token", "OPENAI_API_KEY", "Authorization", "client_secret", "cookie"],
    )
    def test_hides_fields_by_name(self, log_file: Path, name: str) -> None:
        structlog.get_logger("test").info("event", **{name: "hunter2"})
        assert _lines(log_file)[0][name] == "[hidden]"
        assert "hunter2" not in log_file.read_text()

    def test_keeps_figures_about_tokens(self, log_file: Path) -> None:
        structlog.get_logger("test").info("event", total_tokens=17, access_token_count=3)
        assert (_lines(log_file)[0]["total_tokens"], _lines(log_file)[0]["access_token_count"]) == (17, 3)

    def test_hides_tokens_in_texts_of_any_logger(self, log_file: Path) -> None:
        for secret in (TOKEN, API_KEY):
            structlog.get_logger("test").info("event", url=f"/ws?token={secret}")
            logging.getLogger("library").warning("connecting to %s", f"/ws?token={secret}")
            assert secret not in log_file.read_text()
        assert log_file.read_text().count("token=[hidden]") == 4

    @pytest.mark.parametrize("secret", [TOKEN, API_KEY])
    def test_hides_tokens_in_tracebacks(self, log_file: Path, secret: str) -> None:
        try:
            raise ValueError(f"cannot read {secret}")
        except ValueError as error:
            structlog.get_logger("test").error("failed", exc_info=error)
            logging.getLogger("library").exception("failed")
        assert secret not in log_file.read_text()
        assert log_file.read_text().count("ValueError") >= 2

    def test_leaves_out_what_is_below_the_level(self, log_file: Path) -> None:
        structlog.get_logger("test").debug("detail")
        structlog.get_logger("test").info("event")
        assert [line["event"] for line in _lines(log_file)] == ["event"]

    def test_uvicorns_access_log_is_off(self, log_file: Path) -> None:
        logging.getLogger("uvicorn.access").info(f"GET /ws?token={TOKEN}")
        assert _lines(log_file) == []

    def test_configuring_twice_does_not_write_twice(self, log_file: Path) -> None:
        configure_logging(_settings(log_file.parent))
        structlog.get_logger("test").info("event")
        assert len(_lines(log_file)) == 1


class TestUnwritableLogDirectory:
    def test_is_said_and_the_service_starts_all_the_same(
        self, log_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A container with a read-only file system did not start, for want of a log that the stream has anyway."""
        (tmp_path / "taken").write_text("a file where the folder should be")
        configure_logging(_settings(tmp_path / "taken" / "logs"))
        structlog.get_logger("test").info("event")
        written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [line["event"] for line in written] == ["log_file_unavailable", "event"]
        assert _lines(log_file) == []


class TestForeignHandlers:
    @pytest.mark.usefixtures("log_file")
    def test_see_no_token_in_uvicorns_records(self) -> None:
        # Only our own handlers hid it: one of an error tracker, say, still saw the socket's URL with its token.
        seen: list[str] = []

        class Foreign(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                seen.append(record.getMessage())

        handler = Foreign()
        logging.getLogger("uvicorn.error").addHandler(handler)
        try:
            logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "a:1", "/ws/c?token=abc.def&x=1")
        finally:
            logging.getLogger("uvicorn.error").removeHandler(handler)
        assert seen == ['a:1 - "WebSocket /ws/c?token=[hidden]&x=1" [accepted]']

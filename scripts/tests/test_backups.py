"""backup and restore around the services' own commands: their order, the one file, and when nothing is touched."""

import os
import stat
import zipfile
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import NoReturn, Self

import pytest
from launcher import backups, cli
from launcher.problems import LauncherError
from launcher.run_files import RunFiles
from launcher.services import Service

from .fakes import RecordingConsole


class Services:
    """Stands for the three commands: notes who is asked for what, writes what a backup of each would be."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.options: list[str] = []
        self.refuses: tuple[str, str] | None = None
        self.restored: dict[str, bytes] = {}

    def run(self, service: Service, command: str, arguments: list[str]) -> int:
        self.asked.append((command, service.name))
        file, *self.options = arguments
        if (command, service.name) == self.refuses:
            return 1
        if command == "take":
            Path(file).write_bytes(service.name.encode() * 1_000)
        if command == "restore":
            self.restored[service.name] = Path(file).read_bytes()
        return 0


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    services = Services()
    monkeypatch.setattr(backups, "_run", services.run)
    monkeypatch.setattr(backups, "_prepare", lambda _console: None)
    monkeypatch.setattr(backups, "RUN", tmp_path / "run")
    return services


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def archive(services: Services, folder: Path) -> Path:
    assert backups.back_up(RecordingConsole(), folder) == 0
    services.asked.clear()
    (found,) = folder.iterdir()
    return found


def restore(source: Path) -> int:
    return backups.restore(RecordingConsole(), source, is_replacing=True, has_other_secret=False)


class TestBackUp:
    def test_takes_who_sends_events_before_who_counts_them(self, services: Services, folder: Path) -> None:
        backups.back_up(RecordingConsole(), folder)
        assert services.asked == [("take", "auth-service"), ("take", "chat-service"), ("take", "analytics-service")]

    def test_leaves_one_file_that_only_its_owner_reads(self, archive: Path) -> None:
        assert archive.name.startswith("convoai-")
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        assert [path.name for path in archive.parent.iterdir()] == [archive.name]

    def test_leaves_nothing_when_a_service_refuses(self, services: Services, folder: Path) -> None:
        services.refuses = ("take", "chat-service")
        assert backups.back_up(RecordingConsole(), folder) == 1
        assert list(folder.iterdir()) == []

    @pytest.mark.usefixtures("services")
    def test_leaves_nothing_when_the_disk_is_full_and_says_so(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_descriptor: int) -> NoReturn:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(LauncherError, match=r"nothing is left of it: .*No space left on device"):
            backups.back_up(RecordingConsole(), folder)
        assert list(folder.iterdir()) == []

    def test_removes_what_a_killed_one_left(self, services: Services, folder: Path) -> None:
        left = folder / ".convoai-backup-killed"
        left.mkdir(parents=True)
        (left / "auth-service.zip").write_bytes(b"hashes")
        assert backups.back_up(RecordingConsole(), folder) == 0
        assert not left.exists()

    @pytest.mark.usefixtures("services")
    def test_never_overwrites(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

        monkeypatch.setattr(backups, "datetime", Clock)
        backups.back_up(RecordingConsole(), folder)
        before = (folder / "convoai-20260102T030405Z.zip").read_bytes()
        with pytest.raises(LauncherError, match="there already"):
            backups.back_up(RecordingConsole(), folder)
        assert (folder / "convoai-20260102T030405Z.zip").read_bytes() == before

    def test_two_at_once_are_refused(self, services: Services, folder: Path) -> None:
        with backups._alone(), pytest.raises(LauncherError, match="under way"):
            backups.back_up(RecordingConsole(), folder)
        assert services.asked == []


class TestRestore:
    def test_asks_all_before_it_changes_one(self, services: Services, archive: Path) -> None:
        assert restore(archive) == 0
        names = ["auth-service", "chat-service", "analytics-service"]
        assert services.asked == [("check", name) for name in names] + [("restore", name) for name in names]
        assert services.restored == {name: name.encode() * 1_000 for name in names}
        assert services.options == ["--replace"]

    def test_changes_nothing_when_one_would_refuse(self, services: Services, archive: Path) -> None:
        services.refuses = ("check", "analytics-service")
        assert restore(archive) == 1
        assert services.restored == {}

    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(lambda data: data[: len(data) // 2], id="cut"),
            pytest.param(lambda data: b"", id="empty"),
            pytest.param(lambda data: data.replace(b"chat-servicechat", b"chat-servicechas"), id="changed"),
        ],
    )
    def test_a_damaged_file_reaches_no_service(
        self, services: Services, archive: Path, damage: Callable[[bytes], bytes]
    ) -> None:
        archive.write_bytes(damage(archive.read_bytes()))
        with pytest.raises(LauncherError, match="is damaged"):
            restore(archive)
        assert services.asked == []

    def test_a_file_with_other_parts_reaches_no_service(self, services: Services, archive: Path) -> None:
        """Each part is whole by itself, and from another backup."""
        mixed = archive.with_name("mixed.zip")
        with zipfile.ZipFile(archive) as source, zipfile.ZipFile(mixed, "w") as target:
            for name in source.namelist():
                target.writestr(name, b"another" if name == "chat-service.zip" else source.read(name))
        with pytest.raises(LauncherError, match=r"chat-service.zip is not what was packed"):
            restore(mixed)
        assert services.asked == []

    def test_a_missing_file_is_a_sentence(self, services: Services, tmp_path: Path) -> None:
        with pytest.raises(LauncherError, match=r"could not be restored: .*No such file"):
            restore(tmp_path / "none.zip")
        assert services.asked == []

    @pytest.mark.parametrize("instance", ["all", "chat-service"])
    def test_running_services_are_left_alone(
        self, services: Services, archive: Path, tmp_path: Path, instance: str
    ) -> None:
        running = RunFiles(instance, tmp_path / "run")
        assert running.lock.try_take()
        try:
            with pytest.raises(LauncherError, match="end them with stop-all-services"):
                restore(archive)
        finally:
            running.lock.release()
        assert services.asked == []

    def test_leaves_nothing_of_what_it_unpacked(self, services: Services, archive: Path, tmp_path: Path) -> None:
        services.refuses = ("restore", "chat-service")
        assert restore(archive) == 1
        assert [path for path in (tmp_path / "run").iterdir() if path.is_dir()] == []


class TestCommandLine:
    def test_both_are_reached_by_their_names(self, services: Services, folder: Path) -> None:
        assert cli.main(["backup", "--to", str(folder)]) == 0
        (archive,) = folder.iterdir()
        assert cli.main(["restore", str(archive), "--replace", "--other-secret"]) == 0
        assert services.options == ["--replace", "--other-secret"]

"""What must hold for the lock files, and that it holds."""

import json
from pathlib import Path

from launcher.lock_rules import below_floor, disagreements, faults, named_hosts, npm_versions, pins, resolved_hosts

FLOOR = '[[floor]]\nregistry = "pypi"\npackage = "h11"\nat_least = "0.16.0"\nreason = "CVE-2025-43859"\n'


def put_package_lock(folder: Path, **entries: dict[str, str]) -> Path:
    path = folder / "package-lock.json"
    path.write_text(json.dumps({"packages": {f"node_modules/{name}": entry for name, entry in entries.items()}}))
    return path


class TestOurLocks:
    def test_nothing_is_wrong_with_them(self) -> None:
        assert faults() == []


class TestPins:
    def test_names_and_versions_are_read_without_marks_and_hashes(self, tmp_path: Path) -> None:
        lock = tmp_path / "x.lock"
        lock.write_text("Alpha==1.0 \\\n    --hash=sha256:aa==\nuvloop==0.23.0 ; sys_platform != 'win32' \\\nb[c]==2\n")

        assert pins(lock) == {"alpha": "1.0", "uvloop": "0.23.0", "b": "2"}


class TestDisagreements:
    def test_another_or_no_version_is_found(self) -> None:
        assert disagreements("small.lock", {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2"}) == [
            "small.lock: b is 1 in one lock and 2 in the other",
            "small.lock: c is 1 in one lock and absent in the other",
        ]


class TestHosts:
    def test_an_address_in_a_python_lock_is_found(self, tmp_path: Path) -> None:
        lock = tmp_path / "x.lock"
        lock.write_text("--index-url https://mirror.example.com/simple\na==1\n")

        assert named_hosts(lock) == ["x.lock names the address https://mirror.example.com/simple"]

    def test_an_npm_download_address_is_found_and_a_funding_page_is_not(self, tmp_path: Path) -> None:
        lock = put_package_lock(
            tmp_path,
            a={"version": "1.0.0", "resolved": "https://mirror.example.com/a.tgz"},
            b={"version": "1.0.0", "funding": "https://example.com"},
        )

        assert resolved_hosts(lock) == ["package-lock.json names where node_modules/a was fetched from"]


class TestFloors:
    def test_a_version_below_is_said_with_the_reason(self, tmp_path: Path) -> None:
        (tmp_path / "floors.toml").write_text(FLOOR)

        assert below_floor(tmp_path / "floors.toml", {"pypi": {"h11": "0.9.1"}}) == [
            "h11 0.9.1 is below 0.16.0: CVE-2025-43859"
        ]

    def test_the_floor_itself_a_later_one_and_an_absent_one_pass(self, tmp_path: Path) -> None:
        (tmp_path / "floors.toml").write_text(FLOOR)

        for locked in ({"h11": "0.16.0"}, {"h11": "0.100.0"}, {}):
            assert below_floor(tmp_path / "floors.toml", {"pypi": locked}) == []

    def test_the_oldest_of_several_npm_copies_counts(self, tmp_path: Path) -> None:
        path = tmp_path / "package-lock.json"
        packages = {
            "": {"version": "0.1.0"},
            "node_modules/vite": {"version": "8.10.0"},
            "node_modules/x/node_modules/vite": {"version": "8.9.0"},
        }
        path.write_text(json.dumps({"packages": packages}))

        assert npm_versions(path) == {"vite": "8.9.0"}

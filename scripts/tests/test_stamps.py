"""Stamps: what changes a fingerprint, and when a step is current."""

from pathlib import Path

from launcher.frontend import build_fingerprint
from launcher.stamps import files_below, fingerprint, is_current, write_stamp


class TestFingerprint:
    def test_contents_and_facts_change_it(self, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        path.write_text("a==1\n")
        first = fingerprint([path], "3.11")

        assert fingerprint([path], "3.11") == first
        assert fingerprint([path], "3.12") != first
        path.write_text("a==2\n")
        assert fingerprint([path], "3.11") != first

    def test_the_order_of_files_does_not(self, tmp_path: Path) -> None:
        files = [tmp_path / "a", tmp_path / "b"]
        for path in files:
            path.write_text(path.name)

        assert fingerprint(files) == fingerprint(reversed(files))

    def test_a_missing_file_counts(self, tmp_path: Path) -> None:
        before = fingerprint([tmp_path / "a"])
        (tmp_path / "a").write_text("")

        assert fingerprint([tmp_path / "a"]) != before


class TestFilesBelow:
    def test_named_folders_are_left_out_at_any_depth(self, tmp_path: Path) -> None:
        for name in ("src/a.ts", "src/node_modules/b.js", "node_modules/c.js", ".env"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("")

        assert files_below(tmp_path, without=frozenset({"node_modules", ".env"})) == [tmp_path / "src/a.ts"]


class TestIsCurrent:
    def test_only_the_same_value_is(self, tmp_path: Path) -> None:
        stamp = tmp_path / "deep" / "stamp"
        assert not is_current(stamp, "x")

        write_stamp(stamp, "x")

        assert is_current(stamp, "x")
        assert not is_current(stamp, "y")


class TestBuildFingerprint:
    def test_sources_change_it_and_results_do_not(self, tmp_path: Path) -> None:
        (tmp_path / "src").mkdir()
        (tmp_path / "src" / "main.tsx").write_text("one")
        first = build_fingerprint(tmp_path)

        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "index.html").write_text("built")
        (tmp_path / ".env").write_text("REACT_APP_WS_URL=ws://other")
        assert build_fingerprint(tmp_path) == first

        (tmp_path / "src" / "main.tsx").write_text("two")
        assert build_fingerprint(tmp_path) != first

"""The size check."""

from pathlib import Path

import pytest
from launcher.sizes import FUNCTION_LINES, MODULE_LINES, TEST_LINES, oversized, source_files


def put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def function(lines: int) -> str:
    return "def work():\n" + "    x = 1\n" * (lines - 1)


class TestOversized:
    @pytest.mark.parametrize(
        ("name", "limit"),
        [
            ("pkg/module.py", MODULE_LINES),
            ("pkg/tests/test_module.py", TEST_LINES),
            ("page/src/Panel.tsx", 200),
            ("page/src/Panel.test.tsx", TEST_LINES),
        ],
    )
    def test_a_file_may_have_its_limit_and_no_line_more(self, tmp_path: Path, name: str, limit: int) -> None:
        fits = put(tmp_path, name, "\n" * limit)
        assert oversized([fits], tmp_path) == []

        fits.write_text("\n" * (limit + 1))
        assert oversized([fits], tmp_path) == [f"{name}: {limit + 1} lines, at most {limit} are allowed"]

    def test_a_function_may_have_its_limit_and_no_line_more(self, tmp_path: Path) -> None:
        path = put(tmp_path, "module.py", function(FUNCTION_LINES))
        assert oversized([path], tmp_path) == []

        path.write_text(function(FUNCTION_LINES + 1))
        assert oversized([path], tmp_path) == [
            f"module.py:1: work has {FUNCTION_LINES + 1} lines, at most {FUNCTION_LINES} are allowed"
        ]

    def test_a_docstring_costs_no_room(self, tmp_path: Path) -> None:
        docstring = '    """What.\n\n    Why.\n    """\n'
        text = function(FUNCTION_LINES).replace("def work():\n", f"def work():\n{docstring}")

        assert oversized([put(tmp_path, "module.py", text)], tmp_path) == []

    def test_generated_code_and_migrations_are_left_out(self, tmp_path: Path) -> None:
        files = [
            put(tmp_path, "src/api/generated/chat.ts", "\n" * 5000),
            put(tmp_path, "svc/migrations/0001.py", "\n" * 900),
        ]

        assert oversized(files, tmp_path) == []


class TestSourceFiles:
    def test_without_git_all_files_but_the_made_ones_are_found(self, tmp_path: Path) -> None:
        put(tmp_path, "a.py", "")
        put(tmp_path, "node_modules/b.js", "")

        assert source_files(tmp_path) == [tmp_path / "a.py"]

    def test_this_file_is_among_ours(self) -> None:
        assert Path(__file__).resolve() in source_files()

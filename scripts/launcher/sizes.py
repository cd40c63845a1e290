"""The size check: how long a file and a function may be. Generated code and migrations are left out."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from launcher.paths import ROOT
from launcher.stamps import files_below

MODULE_LINES = 400
TEST_LINES = 500
FUNCTION_LINES = 40
COMPONENT_LINES = 200
_LEFT_OUT = {"generated", "migrations", "node_modules", "dist"}
_NOT_OURS = frozenset({".git", ".venv", "node_modules", "dist", "run", "data", "logs", "artifacts"})


def source_files(root: Path = ROOT) -> list[Path]:
    """The files under version control or about to be; everything below the root where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return files_below(root, without=_NOT_OURS)
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


def oversized(files: list[Path], root: Path = ROOT) -> list[str]:
    """One sentence for each file or function that is too long, in the order of the files."""
    found: list[str] = []
    for path in sorted(files):
        relative = path.relative_to(root)
        if not _LEFT_OUT.isdisjoint(relative.parts):
            continue
        if path.suffix == ".py":
            found += _oversized_python(relative, path.read_text(encoding="utf-8"))
        elif path.suffix in (".tsx", ".ts"):
            found += _oversized_typescript(relative, path.read_text(encoding="utf-8"))
    return found


def _oversized_python(path: Path, text: str) -> Iterator[str]:
    is_test = "tests" in path.parts
    yield from _too_long(path, text, TEST_LINES if is_test else MODULE_LINES)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = _function_lines(node)
            if lines > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES} are allowed"


def _function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining a rule must not cost room."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return lines
    docstring = node.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _oversized_typescript(path: Path, text: str) -> Iterator[str]:
    is_test = ".test." in path.name
    limit = TEST_LINES if is_test else COMPONENT_LINES if path.suffix == ".tsx" else MODULE_LINES
    yield from _too_long(path, text, limit)


def _too_long(path: Path, text: str, limit: int) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > limit:
        yield f"{path}: {lines} lines, at most {limit} are allowed"

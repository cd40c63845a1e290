"""docs/security.md names tests that exist: a control whose proof is gone is none."""

import ast
import re

import pytest
from launcher.paths import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
NAMED = sorted(set(re.findall(r"`([\w/.-]+/test_\w+\.py(?:::\w+)*)`", DOCUMENT.read_text(encoding="utf-8"))))
LEAST_ROWS = 30


def defined_in(nodes: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The classes and functions among the statements, with what each consists of."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node.body for node in nodes if isinstance(node, kinds)}


class TestNamedTest:
    @pytest.mark.parametrize("name", NAMED)
    def test_exists(self, name: str) -> None:
        path, *parts = name.split("::")
        nodes = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        for part in parts:
            assert part in defined_in(nodes), f"{path} has no {part}"
            nodes = defined_in(nodes)[part]


class TestTable:
    def test_has_a_proof_in_each_of_its_many_rows(self) -> None:
        table = DOCUMENT.read_text(encoding="utf-8").split("## ")[1]
        rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| asset")]
        assert len(rows) >= LEAST_ROWS
        assert [row for row in rows if "test_" not in row] == []

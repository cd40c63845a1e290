"""The .env files: parsing, the order of the tiers, and the root file with its secret."""

import stat
from pathlib import Path

import pytest
from launcher.env_files import Tiers, ensure_root_env, parse, read


class TestParse:
    @pytest.mark.parametrize(
        ("line", "value"),
        [
            ("NAME=plain", "plain"),
            ("NAME = spaced ", "spaced"),
            ("export NAME=exported", "exported"),
            ("NAME='single # quoted'", "single # quoted"),
            ('NAME="double \\"inner\\" quoted" # comment', 'double "inner" quoted'),
            ('NAME="two\\nlines"', "two\nlines"),
            ("NAME=value # comment", "value"),
            ("NAME=with#sign", "with#sign"),
            ("NAME=# only a comment", ""),
            ("NAME=a=b", "a=b"),
            ("NAME=", ""),
        ],
    )
    def test_a_line_gives_its_value(self, line: str, value: str) -> None:
        assert parse(line) == {"NAME": value}

    def test_comments_and_nonsense_give_nothing(self) -> None:
        assert parse("# NAME=x\n#NAME=y\n\nno equals sign\n1X=3\n") == {}

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfNAME=x\n")

        assert read(tmp_path / ".env") == {"NAME": "x"}


class TestTiers:
    def test_environment_beats_the_service_which_beats_the_root(self, tmp_path: Path) -> None:
        (tmp_path / "auth-service").mkdir()
        (tmp_path / ".env").write_text("A=root\nB=root\nC=root\n")
        (tmp_path / "auth-service" / ".env").write_text("A=service\nB=service\n")
        tiers = Tiers({"A": "process"}, tmp_path)

        assert [tiers.configured("auth-service", name) for name in "ABCD"] == ["process", "service", "root", None]

    def test_an_empty_value_is_none(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("A=\n")

        assert Tiers({"A": ""}, tmp_path).configured("auth-service", "A") is None

    def test_shared_does_not_ask_a_service(self, tmp_path: Path) -> None:
        (tmp_path / "auth-service").mkdir()
        (tmp_path / "auth-service" / ".env").write_text("A=service\n")

        assert Tiers({}, tmp_path).shared("A") is None


class TestEnsureRootEnv:
    def test_it_is_made_with_a_long_secret_for_its_owner_alone(self, tmp_path: Path) -> None:
        (tmp_path / ".env.example").write_text("# first\nAUTH_SECRET_KEY=\n#LOG_LEVEL=INFO\n")

        sentence = ensure_root_env({}, tmp_path)

        path = tmp_path / ".env"
        assert sentence is not None
        assert len(read(path)["AUTH_SECRET_KEY"].encode()) >= 32
        assert path.read_text().startswith("# first\n")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_an_existing_file_with_a_secret_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("AUTH_SECRET_KEY=mine\n")

        assert ensure_root_env({}, tmp_path) is None
        assert (tmp_path / ".env").read_text() == "AUTH_SECRET_KEY=mine\n"

    def test_an_existing_file_without_one_gets_it_and_keeps_the_rest(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("OPENAI_API_KEY=key\n")

        assert ensure_root_env({}, tmp_path) is not None

        values = read(tmp_path / ".env")
        assert values["OPENAI_API_KEY"] == "key"
        assert len(values["AUTH_SECRET_KEY"]) >= 32

    def test_a_secret_in_the_process_environment_is_enough(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("OPENAI_API_KEY=key\n")

        assert ensure_root_env({"AUTH_SECRET_KEY": "given"}, tmp_path) is None

    def test_two_copies_get_different_secrets(self, tmp_path: Path) -> None:
        secrets = set()
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            (folder / ".env.example").write_text("AUTH_SECRET_KEY=\n")
            ensure_root_env({}, folder)
            secrets.add(read(folder / ".env")["AUTH_SECRET_KEY"])

        assert len(secrets) == 2

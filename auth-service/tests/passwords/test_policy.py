"""Which passwords are good enough."""

import pytest
from auth_server.passwords.policy import common_passwords, password_faults


def _faults(password: str, username: str = "ada", email: str = "ada@example.com") -> list[str]:
    return password_faults(password, username=username, email=email)


class TestPasswordFaults:
    @pytest.mark.parametrize(
        "password",
        ["testpass123", "correct horse battery 1", "密码密码密码密码7", "١٢٣٤٥٦٧ب", "a1" * 64, "ß" * 7 + "1"],
    )
    def test_good_ones_have_none(self, password: str) -> None:
        assert _faults(password) == []

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("abcde12", "8 characters"),
            ("a1" * 64 + "b", "128 characters"),
            ("12345678987654", "a letter"),
            ("abcdefghijkl", "a digit"),
            ("password1", "common"),
            ("PassWord1", "common"),
            ("ｐａｓｓｗｏｒｄ１", "common"),
            ("half\ud800char1", "half"),
        ],
    )
    def test_each_rule_is_named(self, password: str, reason: str) -> None:
        assert any(reason in fault for fault in _faults(password))

    @pytest.mark.parametrize("password", ["Charles.B1791", "charles.b1791@EXAMPLE.com", "MILL-owner-1"])
    def test_names_and_addresses_are_no_passwords(self, password: str) -> None:
        faults = password_faults(password, username="charles.b1791", email="charles.b1791@example.com")
        local_part = password_faults(password, username="charles", email="mill-owner-1@example.com")
        assert any("username" in fault for fault in faults + local_part)

    def test_all_broken_rules_are_named_at_once(self) -> None:
        assert len(_faults("short")) == 2


class TestCommonPasswords:
    def test_are_many_and_what_the_contract_names(self) -> None:
        assert len(common_passwords()) >= 1_000
        assert {"password1", "qwerty123", "admin123", "iloveyou1"} <= common_passwords()
        assert "testpass123" not in common_passwords()

    def test_are_ones_that_no_other_rule_refuses(self) -> None:
        only_common = [password for password in common_passwords() if len(_faults(password)) == 1]
        assert len(only_common) >= 1_000

"""What a server refuses is left out or renamed once, and nothing else is."""

import pytest
from chat_server.llm.dialect import Dialect
from support.model_answers import request_of

LENGTH = {"param": "max_tokens", "message": "Unsupported parameter: use 'max_completion_tokens' instead."}
TEMPERATURE = {"param": "temperature", "message": "Only the default (1) is supported."}
OPTIONS = {"message": "extra field: stream_options not permitted"}


class TestParameters:
    def test_are_those_that_nearly_every_server_takes(self) -> None:
        parameters = Dialect().parameters(request_of("Hi"))
        assert parameters["max_tokens"] == 50
        assert parameters["temperature"] == 0.7
        assert parameters["stream_options"] == {"include_usage": True}
        assert parameters["messages"] == [
            {"role": "system", "content": "You are a helpful AI assistant."},
            {"role": "user", "content": "Hi"},
        ]

    def test_follow_all_three_refusals(self) -> None:
        dialect: Dialect | None = Dialect()
        for error in (LENGTH, TEMPERATURE, OPTIONS):
            assert dialect is not None
            dialect = dialect.adapted(error)
        assert dialect is not None
        parameters = dialect.parameters(request_of("Hi"))
        assert parameters["max_completion_tokens"] == 50
        assert parameters.keys().isdisjoint({"max_tokens", "temperature", "stream_options"})


class TestAdapted:
    @pytest.mark.parametrize("error", [LENGTH, TEMPERATURE, OPTIONS])
    def test_gives_each_parameter_up_only_once(self, error: object) -> None:
        adapted = Dialect().adapted(error)
        assert adapted is not None
        assert adapted.adapted(error) is None

    @pytest.mark.parametrize("error", [None, "no", {"message": "max_tokens is too large: 500"}, {"param": "messages"}])
    def test_is_none_for_any_other_refusal(self, error: object) -> None:
        assert Dialect().adapted(error) is None

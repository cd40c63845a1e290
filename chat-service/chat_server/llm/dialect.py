"""Which request parameters a model's server understands, learnt from its refusals and remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chat_server.llm.client import CompletionRequest
from chat_server.llm.provider_faults import error_message


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a request is put to one model; the defaults suit almost every server."""

    has_stream_options: bool = True
    length_parameter: str = "max_tokens"
    has_temperature: bool = True

    def parameters(self, request: CompletionRequest) -> dict[str, object]:
        """Return the body of the request in this dialect."""
        parameters: dict[str, object] = {
            "model": request.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            self.length_parameter: request.max_tokens,
            **request.options,
        }
        if self.has_temperature:
            parameters["temperature"] = request.temperature
        if self.has_stream_options:
            parameters["stream_options"] = {"include_usage": True}
        return parameters

    def adapted(self, error: object) -> "Dialect | None":
        """Return the dialect that avoids what `error` (of a 400 or 422) refuses; None when it refuses something else.

        Each parameter is given up at most once, so adapting again and again ends.
        """
        words = error_message(error)
        if self.has_stream_options and _names(error, "stream_options"):
            return replace(self, has_stream_options=False)
        # Naming the successor tells a refused parameter from a refused value («max_tokens is too large»).
        if self.length_parameter == "max_tokens" and "max_completion_tokens" in words:
            return replace(self, length_parameter="max_completion_tokens")
        if self.has_temperature and _names(error, "temperature"):
            return replace(self, has_temperature=False)
        return None


def _names(error: object, parameter: str) -> bool:
    has_param = isinstance(error, Mapping) and error.get("param") == parameter
    return has_param or parameter in error_message(error)

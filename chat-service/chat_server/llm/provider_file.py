"""The configuration file of several providers (`MODELS_FILE`, TOML): read once at start, refused with a sentence."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
Seconds = Annotated[float, Field(gt=0, le=86_400)]
ModelId = Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[\x21-\x7e]+$")]
Usd = Annotated[float, Field(ge=0, le=100_000)]


class ProvidersRefused(ValueError):
    """The file cannot be used; the text says where and what to do, and holds no secret."""


class ModelEntry(BaseModel):
    """A model that the provider offers under `id`, and what is known of it.

    `context_tokens`: prompt and answer together. Prices are per million tokens; of a model without both nobody knows.
    """

    model_config = ConfigDict(extra="forbid")

    id: ModelId
    name: Annotated[str | None, Field(max_length=100)] = None
    description: Annotated[str, Field(max_length=300)] = ""
    context_tokens: Annotated[int | None, Field(ge=256, le=100_000_000)] = None
    input_usd_per_million: Usd | None = None
    output_usd_per_million: Usd | None = None


class ProviderEntry(BaseModel):
    """One provider. `offers`: `listed` is all that it lists itself, `named` the `models` here alone."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    kind: Literal["openai", "embedded"] = "openai"
    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    offers: Literal["listed", "named"] = "listed"
    models: Annotated[list[ModelEntry], Field(max_length=500)] = []
    connect_seconds: Seconds | None = None
    first_byte_seconds: Seconds | None = None
    between_tokens_seconds: Seconds | None = None
    answer_seconds: Seconds | None = None

    @model_validator(mode="after")
    def _check_address(self) -> Self:
        if self.kind == "openai":
            address = urlsplit(self.base_url)
            if address.scheme not in ("http", "https") or not address.hostname:
                raise ValueError("base_url must be an http or https address")
            if "@" in address.netloc:
                raise ValueError("base_url must not carry credentials; put the key in api_key")
        elif self.base_url or self.api_key.get_secret_value():
            raise ValueError("the embedded model has neither base_url nor api_key")
        if self.offers == "named" and not self.models:
            raise ValueError('offers = "named" needs models')
        return self


class ProvidersFile(BaseModel):
    """All providers, in the order of preference where two offer the same. `fallbacks`: models to try when one fails."""

    model_config = ConfigDict(extra="forbid")

    default_model: ModelId | None = None
    fallbacks: Annotated[list[ModelId], Field(max_length=20)] = []
    providers: Annotated[list[ProviderEntry], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [provider.name for provider in self.providers]
        if len(names) != len(set(names)):
            raise ValueError("two providers have the same name")
        return self


def read_providers_file(path: Path, environment: Mapping[str, str] = os.environ) -> ProvidersFile:
    """The file with `${NAME}` and `${NAME:-default}` in its texts replaced from the environment.

    Raises: ProvidersRefused when it cannot be read, names a variable that is not set, or says what nobody understands.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProvidersRefused(f"MODELS_FILE: {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvidersRefused(f"MODELS_FILE: {path.name} is no TOML: {error}.") from error
    try:
        return ProvidersFile.model_validate(_interpolated(raw, environment))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ProvidersRefused(f"MODELS_FILE: {path.name}: {place}: {first['msg']}.") from error


def _interpolated(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _interpolated(one, environment) for name, one in value.items()}
    if isinstance(value, list):
        return [_interpolated(one, environment) for one in value]
    return VARIABLE.sub(lambda match: _value_of(match, environment), value) if isinstance(value, str) else value


def _value_of(match: re.Match[str], environment: Mapping[str, str]) -> str:
    found = environment.get(match["name"]) or match["default"]
    if found is None:
        raise ProvidersRefused(
            f"MODELS_FILE names the variable {match['name']}, which is not set. Set it, or write"
            f" ${{{match['name']}:-}} if it may be empty."
        )
    return found

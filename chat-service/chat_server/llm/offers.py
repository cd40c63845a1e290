"""What several providers offer together: one list, in which each id stands for one model of one provider; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chat_server.llm.client import OfferedModel, Price
from chat_server.llm.provider_file import ModelEntry, ProviderEntry


@dataclass(frozen=True, slots=True)
class Offer:
    """A model on offer, whose it is, and what its provider calls it."""

    model: OfferedModel
    provider: str
    upstream_id: str


def offers_of(entry: ProviderEntry, listed: Sequence[OfferedModel]) -> list[Offer]:
    """What one provider offers: what it lists, with what the file says of it, then what the file alone names."""
    described = {model.id: model for model in entry.models}
    shown = listed if entry.offers == "listed" else ()
    offers = [_offer(entry, model, described.pop(model.id, None)) for model in shown]
    return offers + [_offer(entry, _named_alone(model), model) for model in described.values()]


def merged(offers: Iterable[Offer]) -> list[Offer]:
    """All offers, each under an id of its own: where an earlier provider has the same, `provider/id`."""
    together: dict[str, Offer] = {}
    for offer in offers:
        is_taken = offer.model.id in together
        public_id = qualified(offer) if is_taken else offer.model.id
        together.setdefault(public_id, replace(offer, model=replace(offer.model, id=public_id)))
    return list(together.values())


def qualified(offer: Offer) -> str:
    """The id that names the provider too; it is understood of every model, whether listed so or not."""
    return f"{offer.provider}/{offer.upstream_id}"


def _named_alone(entry: ModelEntry) -> OfferedModel:
    return OfferedModel(entry.id, entry.name or entry.id, entry.description, is_demonstration=False)


def _offer(provider: ProviderEntry, model: OfferedModel, entry: ModelEntry | None) -> Offer:
    described = replace(model, provider=provider.name)
    if entry is not None:
        described = replace(
            described,
            name=entry.name or model.name,
            description=entry.description or model.description,
            context_tokens=entry.context_tokens or model.context_tokens,
            price=price_of(entry) or model.price,
        )
    return Offer(described, provider.name, model.id)


def price_of(entry: ModelEntry) -> Price | None:
    """What the file says the model costs; None where it says nothing. One price alone: the other is 0."""
    prices = entry.input_usd_per_million, entry.output_usd_per_million
    return None if prices == (None, None) else Price(prices[0] or 0.0, prices[1] or 0.0)

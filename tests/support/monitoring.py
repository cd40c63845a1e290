"""The dashboard and the alert rules, as tests read them."""

import json
from dataclasses import dataclass
from typing import Any

import yaml
from launcher.paths import ROOT

DASHBOARD = ROOT / "deploy" / "grafana" / "convoai.json"
PROMETHEUS = ROOT / "deploy" / "prometheus" / "prometheus.yml"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"


@dataclass(frozen=True, slots=True)
class Query:
    """One expression and where it stands."""

    place: str
    text: str
    shown: str  # what is written beside the result: a legend, or the sentences of an alert


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana would import it."""
    content: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return content


def panels() -> list[dict[str, Any]]:
    """Its panels, without the headings between them."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def rules_file() -> dict[str, Any]:
    """The alert rules as Prometheus would read them."""
    content: dict[str, Any] = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    return content


def alerts() -> list[dict[str, Any]]:
    """The rules of all groups."""
    return [rule for group in rules_file()["groups"] for rule in group["rules"]]


def queries() -> list[Query]:
    """Every expression of both."""
    of_panels = [
        Query(panel["title"], target["expr"], target["legendFormat"])
        for panel in panels()
        for target in panel["targets"]
    ]
    of_alerts = [Query(rule["alert"], rule["expr"], " ".join(rule["annotations"].values())) for rule in alerts()]
    return of_panels + of_alerts

"""Dashboard, alert rules and scrape configuration are what Grafana and Prometheus take."""

import re
from itertools import combinations
from typing import Any

import promql_parser as promql
import pytest
import yaml
from launcher.paths import ROOT
from support.monitoring import ALERTS, PROMETHEUS, Query, alerts, dashboard, panels, queries, rules_file
from support.promql import RATES, grouped_by, parse, selectors

SERVICES = {"auth-service": 8001, "chat-service": 8000, "analytics-service": 8002}
UNITS = {"short", "ops", "reqps", "s", "bytes", "percentunit"}
NAME = re.compile(r"[A-Z][A-Za-z0-9]+")
DURATION = re.compile(r"\d+(ms|[smhdwy])")
every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: f"{query.place}: {query.text[:40]}")
every_alert = pytest.mark.parametrize("rule", alerts(), ids=lambda rule: str(rule["alert"]))
every_panel = pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))


class TestExpression:
    @every_query
    def test_is_promql(self, query: Query) -> None:
        assert list(selectors(parse(query.text))), "it asks for something"

    @every_query
    def test_looks_at_counters_as_rates_and_at_nothing_else_so(self, query: Query) -> None:
        for selector in selectors(parse(query.text)):
            is_counter = selector.metric.endswith(("_total", "_bucket", "_count", "_sum"))
            if selector.functions[:1] != ("changes",):
                assert selector.is_rate == is_counter, selector

    @every_query
    def test_keeps_the_buckets_apart_for_a_quantile(self, query: Query) -> None:
        for labels, metrics in grouped_by(parse(query.text)):
            if any(metric.endswith("_bucket") for metric in metrics):
                assert "histogram_quantile" not in query.text or "le" in labels or "topk" in query.text
        for selector in selectors(parse(query.text)):
            assert selector.metric.endswith("_bucket") == ("histogram_quantile" in selector.functions), selector

    @pytest.mark.parametrize("text", ["sum(rate(a_total[5m])", "rate(a_total)", "a{b=}", "sum by (le rate(a[5m])"])
    def test_that_is_none_is_found(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            parse(text)

    def test_reading_finds_every_selector(self) -> None:
        found = list(selectors(parse('max(a{b="1"}) / sum(rate(c_total{d=~"x"}[5m])) > 3 and -e offset 5m > 0')))
        assert [(one.metric, set(one.labels), one.is_rate) for one in found] == [
            ("a", {"b"}, False),
            ("c_total", {"d"}, True),
            ("e", set(), False),
        ]
        assert {"rate", "increase"} <= RATES


class TestAlerts:
    def test_are_in_groups_of_names_that_are_used_once(self) -> None:
        content = rules_file()
        assert set(content) == {"groups"}
        names = [group["name"] for group in content["groups"]]
        assert len(set(names)) == len(names) > 3
        for group in content["groups"]:
            assert set(group) == {"name", "rules"}
            assert group["rules"]
        alert_names = [rule["alert"] for rule in alerts()]
        assert len(set(alert_names)) == len(alert_names) >= 20

    @every_alert
    def test_say_when_how_bad_and_what_to_do(self, rule: dict[str, Any]) -> None:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert NAME.fullmatch(rule["alert"])
        assert DURATION.fullmatch(rule["for"])
        assert set(rule["labels"]) == {"severity"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}
        for sentence in rule["annotations"].values():
            assert sentence.strip() == sentence != ""
            assert sentence.count("{{") == sentence.count("}}")

    @every_alert
    def test_compare_something_with_a_limit(self, rule: dict[str, Any]) -> None:
        expression = parse(rule["expr"])
        assert isinstance(expression, promql.BinaryExpr)
        assert str(expression.op) in (">", "<", ">=", "<=", "==", "and"), rule["expr"]


class TestScrapeConfiguration:
    def test_names_the_three_services_of_compose_and_the_rules(self) -> None:
        content = yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))
        assert content["rule_files"] == [ALERTS.name]
        targets = {
            job["job_name"]: [target for static in job["static_configs"] for target in static["targets"]]
            for job in content["scrape_configs"]
        }
        assert targets == {name: [f"{name}:{port}"] for name, port in SERVICES.items()}
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        assert set(SERVICES) <= set(compose["services"])

    def test_outlasts_no_scrape(self) -> None:
        limits = yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))["global"]
        assert int(limits["scrape_timeout"].rstrip("s")) < int(limits["scrape_interval"].rstrip("s"))


class TestDashboard:
    def test_lets_the_person_choose_where_the_figures_are(self) -> None:
        variables = {variable["name"]: variable for variable in dashboard()["templating"]["list"]}
        assert variables["datasource"]["type"] == "datasource"
        assert variables["datasource"]["query"] == "prometheus"
        assert variables["job"]["includeAll"]

    @every_panel
    def test_panels_say_what_they_show_and_in_what_unit(self, panel: dict[str, Any]) -> None:
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0

    @every_panel
    def test_times_and_shares_have_their_units(self, panel: dict[str, Any]) -> None:
        unit, text = panel["fieldConfig"]["defaults"]["unit"], panel["targets"][0]["expr"]
        if "_seconds" in text and "cpu" not in text:
            assert unit == "s"
        if "_bytes" in text:
            assert unit == "bytes"

    def test_has_no_two_panels_of_one_name_or_place(self) -> None:
        every = dashboard()["panels"]
        for key in ("id", "title"):
            assert len({panel[key] for panel in every}) == len(every)
        for one, other in combinations([panel["gridPos"] for panel in every], 2):
            is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            is_above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
            assert is_beside or is_above, (one, other)


class TestRunbook:
    TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")

    def test_has_a_section_for_each_alert_and_none_for_others(self) -> None:
        sections = re.findall(r"(?m)^### (\w+)$", self.TEXT)
        assert sections == [rule["alert"] for rule in alerts()]
        for section in self.TEXT.split("### ")[1:]:
            assert len(section.split()) > 15, section

    def test_names_only_what_there_is(self) -> None:
        folders = ("auth-service", "chat-service", "analytics-service", "libs", "scripts/launcher")
        sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts]
        known = "".join(
            path.read_text(encoding="utf-8")
            for path in [*sources, *ROOT.glob(".env.example"), *ROOT.glob("*-service/.env.example")]
        )
        words = re.findall(r"`([a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+)`", self.TEXT)
        assert len(words) > 25
        missing = {word for word in words if word.lower().removesuffix("_total") not in known.lower()}
        assert missing - {"process_resident_memory_bytes"} == set()

    @pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:scripts|deploy)/[\w./-]+)`", TEXT))))
    def test_names_files_that_there_are(self, path: str) -> None:
        assert (ROOT / path).exists()

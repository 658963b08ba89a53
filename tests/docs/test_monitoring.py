"""The dashboard and the alerts in contrib/ load, and name only figures that the bot has."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.domain.kinds import CALLS
from bot.process.metrics import Counter, Gauge, Histogram, Metrics

MONITORING = Path(__file__).parent.parent.parent / "contrib" / "monitoring"
RULES = MONITORING / "prometheus-rules.yaml"
KNOWN = {
    name
    for one in vars(Metrics()).values()
    if isinstance(one, Counter | Gauge | Histogram)
    for name in (
        [one.name] if not isinstance(one, Histogram) else [one.name + end for end in ("_bucket", "_sum", "_count")]
    )
}
LABELS = {one.name: one.labels for one in vars(Metrics()).values() if isinstance(one, Counter | Gauge)}


def figures_in(expression: str) -> set[str]:
    return set(re.findall(r"\bpostroom_\w+", expression))


def expressions() -> list[str]:
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text("utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
    return shown + [rule["expr"] for rule in rules]


def test_every_figure_of_the_dashboard_and_the_alerts_is_one_that_the_bot_has() -> None:
    used = {name for one in expressions() for name in figures_in(one)}

    assert used <= KNOWN
    # What is shown nowhere is counted for nothing.
    assert {name.removesuffix("_sum").removesuffix("_count").removesuffix("_bucket") for name in KNOWN} == {
        name.removesuffix("_bucket") for name in used
    }


def test_every_label_that_they_choose_by_is_one_of_the_figure() -> None:
    for one in expressions():
        for name, chosen in re.findall(r"(postroom_\w+)\{([^}]*)\}", one):
            labels = {*re.findall(r"(\w+)[=!]", chosen)} - {"job"}
            assert labels <= set(LABELS.get(name, labels)), one


def test_the_calls_that_they_choose_are_kinds_that_the_bot_stores() -> None:
    chosen = {kind for one in expressions() for kind in re.findall(r'kind="(\w+)"', one)}

    assert chosen and chosen <= set(CALLS.values())


def test_the_dashboard_has_the_shape_that_grafana_loads() -> None:
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text("utf-8"))
    panels = dashboard["panels"]

    assert dashboard["title"] and dashboard["schemaVersion"] >= 36 and "id" not in dashboard
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24 and panel["type"] in {"stat", "timeseries", "table"}
        assert all(target["refId"] and target["expr"] for target in panel["targets"])


def test_each_alert_has_what_somebody_who_is_woken_reads() -> None:
    for rule in yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]


def test_prometheus_takes_the_rules() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed: sudo apt-get install prometheus")
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""Figures in the shape that monitors read: Prometheus text."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from app.foundation.web.gate import STEPS_SECONDS, Figure, Traffic

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def written(traffic: Traffic, figures: list[Figure]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Figures(traffic, figures))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Figures(Collector):
    """What is known at this moment, in the shape that the library writes."""

    def __init__(self, traffic: Traffic, figures: list[Figure]) -> None:
        self._traffic = traffic
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, meaning, value in self._figures:
            yield GaugeMetricFamily(name, meaning, value=value)
        answers = CounterMetricFamily(
            "hearth_answers", "Answers, by kind of page and of status", labels=["kind", "status"]
        )
        for (kind, status), count in sorted(self._traffic.answers.items()):
            answers.add_metric([kind, status], count)
        yield answers
        yield HistogramMetricFamily(
            "hearth_answer_seconds",
            "How long answers took",
            buckets=self._steps(),
            sum_value=self._traffic.took_seconds,
        )

    def _steps(self) -> list[tuple[str, float]]:
        so_far, steps = 0, []
        for step in (*STEPS_SECONDS, float("inf")):
            so_far += self._traffic.took[step]
            steps.append(("+Inf" if step == float("inf") else str(step), float(so_far)))
        return steps

"""What the endpoint counts: a metrics line every ML_METRICS_SECONDS, and Prometheus on a private port."""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from .errors import ConfigError
from .logs import emit


class ServeMetrics:
    """Both views of the same events."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # Names are contract: names.PROMETHEUS.
        self.requests = Histogram(
            "http_request_seconds",
            "whole request to /predict",
            ["code"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.inference = Histogram(
            "inference_seconds",
            "one call of the model",
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
        )
        self.batch = Histogram(
            "batch_size",
            "images per call of the model",
            registry=self.registry,
            buckets=(1, 2, 4, 8, 16, 32, 64),
        )
        self.images = Counter("images_total", "images classified", registry=self.registry)
        self.depth = Gauge("queue_depth", "images admitted and not answered", registry=self.registry)
        self.ready = Gauge("model_ready", "1 = serving a model", registry=self.registry)
        self.has_model = False
        self.window = Window()

    def listen(self, port: int, host: str) -> None:
        """Serve Prometheus text on ML_METRICS_PORT."""
        try:
            start_http_server(port, host, self.registry)
        except OSError as error:
            raise ConfigError(
                f"ML_METRICS_PORT={port} cannot be listened on ({error.strerror}); choose another, or 0 for none"
            ) from None

    def request(self, status: int, seconds: float) -> None:
        self.requests.labels(status).observe(seconds)
        self.window.statuses.append(status)
        self.window.latencies.append(seconds)

    def call(self, images: int, seconds: float) -> None:
        self.inference.observe(seconds)
        self.batch.observe(images)
        self.images.inc(images)
        self.window.images += images
        self.window.calls += 1

    def admitted(self, images: int) -> None:
        self.depth.set(images)
        self.window.depth = max(self.window.depth, images)

    def model_loaded(self) -> None:
        self.has_model = True
        self.ready.set(1)

    def flush(self) -> None:
        """Emit the line and begin the next window."""
        window, self.window = self.window, Window()
        emit(window.summary(self.has_model))


class Window:
    """What happened since the last line."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.statuses: list[int] = []
        self.latencies: list[float] = []
        self.images = self.calls = self.depth = 0

    def summary(self, ready: bool) -> dict[str, Any]:
        """The members of names.SERVE_METRICS. A 503 is counted apart and also as a 5xx."""
        count, ordered = len(self.statuses), sorted(self.latencies) or [0.0]
        errors_5xx = sum(status >= 500 for status in self.statuses)

        def quantile(share: float) -> float:
            return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

        return {
            "requests": count,
            "errors_4xx": sum(400 <= status < 500 for status in self.statuses),
            "errors_5xx": errors_5xx,
            "rejected_503": self.statuses.count(503),
            "error_rate_percent": round(100 * errors_5xx / max(count, 1), 2),
            "latency_p50_ms": quantile(0.5),
            "latency_p95_ms": quantile(0.95),
            "latency_p99_ms": quantile(0.99),
            "images_per_second": round(self.images / max(time.monotonic() - self.started, 1e-9), 2),
            "batch_size_avg": round(self.images / max(self.calls, 1), 2),
            "queue_depth_max": self.depth,
            "model_ready": int(ready),
        }

"""Names that others rely on: metric filters, dashboards, alarms and clients read them. Data only.

The constructs keep the same lists; the contract test compares both. A change here is a breaking change.
"""

TRAIN_METRICS = ("train_loss", "train_images_per_second", "val_accuracy", "checkpoint_seconds", "resumed")

SERVE_METRICS = (
    "requests",
    "errors_4xx",
    "errors_5xx",
    "rejected_503",
    "error_rate_percent",
    "latency_p50_ms",
    "latency_p95_ms",
    "latency_p99_ms",
    "images_per_second",
    "batch_size_avg",
    "queue_depth_max",
    "model_ready",
)

# Prometheus, on ML_METRICS_PORT.
PROMETHEUS = (
    "http_request_seconds",
    "inference_seconds",
    "batch_size",
    "images_total",
    "queue_depth",
    "model_ready",
)

# Every member of a `prediction` line beside ts, severity, message, cloud and role.
PREDICTION_FIELDS = ("label", "score", "run_id", "latency_ms", "image_sha256")

PATHS = {"predict": "/predict", "health": "/health", "ready": "/ready"}

# The error codes of the endpoint and the HTTP status of each. 499 is seen in the metrics only.
ERRORS = {
    "bad_request": 400,
    "unauthorized": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "image_too_large": 413,
    "bad_image": 422,
    "headers_too_large": 431,
    "client_closed_request": 499,
    "internal": 500,
    "inference_failed": 500,
    "overloaded": 503,
    "model_not_ready": 503,
    "timeout": 504,
}

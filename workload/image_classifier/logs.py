"""One JSON object a line on stdout; metrics are such lines too. A person at a terminal gets plain lines."""

import json
import sys
import threading
import time
from typing import Any

_lock = threading.Lock()
_context: dict[str, Any] = {"cloud": "local", "run_id": "local", "role": "none"}
_namespace = "ImageClassifier"


def configure(cloud: str, run_id: str, role: str | None, namespace: str) -> None:
    """What every line of this process says about its origin."""
    global _namespace
    _context.update(cloud=cloud, run_id=run_id, role=role or "none")
    _namespace = namespace


def log(message: str, severity: str = "INFO", **fields: Any) -> None:
    record = {"ts": time.time(), "severity": severity, "message": message, **_context, **fields}
    line = _plain(record, fields) if sys.stdout.isatty() else json.dumps(record, default=str)
    with _lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def emit(metrics: dict[str, float], **fields: Any) -> None:
    """One metric line. AWS reads it as EMF, the other clouds by a filter on `.metrics.<name>`."""
    if _context["cloud"] == "aws":
        # EMF wants metric values and dimensions as top-level members. Only `role` is a dimension:
        # a run id would make a new, billed metric for each run.
        definition = {
            "Namespace": _namespace,
            "Dimensions": [["role"]],
            "Metrics": [{"Name": name} for name in metrics],
        }
        emf = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [definition]}
        fields = {**fields, **metrics, "_aws": emf}
    log("metrics", metrics=metrics, **fields)


def _plain(record: dict[str, Any], fields: dict[str, Any]) -> str:
    shown = {**fields.pop("metrics", {}), **{k: v for k, v in fields.items() if k != "_aws"}}
    clock = time.strftime("%H:%M:%S", time.localtime(record["ts"]))
    details = "  ".join(f"{key}={value}" for key, value in shown.items())
    return f"{clock} {record['severity']:7} {record['message']}  {details}".rstrip()

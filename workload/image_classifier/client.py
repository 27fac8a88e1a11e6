"""`predict`: send image files to an endpoint. Standard library only."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .errors import DONE, FAILED, ConfigError

TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
ATTEMPTS = 5
TIMEOUT_SECONDS = 30.0


def predict(endpoint: str, files: list[str], api_key: str | None) -> int:
    """One JSON line a file on stdout; exit status 1 if any failed."""
    if not endpoint.startswith(("http://", "https://")):
        raise ConfigError(f"URL must begin with http:// or https://, got {endpoint!r}")
    # While keys are rotated the variable may hold several; any of them is accepted.
    key = (api_key or "").split(",")[0].strip()
    if not key.isascii():
        raise ConfigError("ML_API_KEY must be ASCII to travel in an HTTP header")
    failed = False
    for file in files:
        answer = _classify_file(endpoint, Path(file), key)
        failed |= "predictions" not in answer
        print(json.dumps({"file": file, **answer}), flush=True)
    return FAILED if failed else DONE


def _classify_file(endpoint: str, path: Path, key: str) -> dict[str, Any]:
    try:
        return classify(endpoint, path.read_bytes(), TYPES.get(path.suffix.lower(), "application/octet-stream"), key)
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read().decode(errors="replace")}
    except (OSError, ValueError) as error:
        return {"error": str(error)}


def classify(endpoint: str, data: bytes, content_type: str, key: str = "") -> dict[str, Any]:
    """The endpoint's answer for one image. Waits and tries again while it answers 503, or does not listen yet."""
    headers = {"Content-Type": content_type} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(endpoint.rstrip("/") + "/predict", data, headers)  # noqa: S310 - checked above
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code != 503 or attempt == ATTEMPTS:
                raise
            time.sleep(retry_after(error.headers.get("Retry-After")))
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or attempt == ATTEMPTS:
                raise
            time.sleep(retry_after(None))
    raise AssertionError("unreachable")


def retry_after(header: str | None) -> float:
    """Seconds to wait. A proxy may send a date instead; it means soon."""
    return min(float(header), 30.0) if header and header.isdigit() else 2.0

"""An answer that is not a prediction: its code decides the status, and the body is always the same JSON."""

from typing import Any

from .names import ERRORS


class Refused(Exception):
    """Raised wherever a request turns out to be unanswerable; `code` is one of names.ERRORS."""

    def __init__(self, code: str, message: str, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.code, self.message, self.headers = code, message, headers or {}
        self.status = ERRORS[code]
        if self.status == 503:
            self.headers["Retry-After"] = "2"

    @property
    def body(self) -> dict[str, Any]:
        return error_body(self.code, self.message)


def error_body(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}

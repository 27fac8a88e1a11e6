"""uvicorn's HTTP parser with the limits that it leaves to a proxy: the endpoint may stand without one."""

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .refusals import error_body

MAX_HEAD_BYTES = 64 << 10
# Requests that one connection may send ahead of their answers.
MAX_PIPELINE = 16


class LimitedProtocol(HttpToolsProtocol):
    """Ends a connection whose head is endless or late, and one that goes on sending a body that was refused."""

    # For a head to arrive, and for a refused body to end: ML_REQUEST_TIMEOUT_SECONDS.
    patience_seconds = 10.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self.in_head, self.head_bytes, self.in_body, self.lingers = True, 0, False, False
        self.patience: asyncio.TimerHandle | None = None
        self._be_patient()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # The parser keeps an unfinished head to itself, so what arrived is counted instead of what it holds.
        self.head_bytes = self.head_bytes + len(data) if self.in_head else 0
        if self.head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(431, "headers_too_large", f"the request's head may have {MAX_HEAD_BYTES} bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head, self.in_body = True, False
        self._be_patient()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self.in_head, self.in_body = False, True
        super().on_headers_complete()
        self.cycle.transport = LingeringTransport(self)  # type: ignore[assignment]
        if len(self.pipeline) > MAX_PIPELINE:
            self.transport.close()

    def on_message_complete(self) -> None:
        self._stop_waiting()
        self.in_body = False
        super().on_message_complete()
        if self.lingers:
            self.transport.close()

    def close_after_body(self) -> None:
        """Close, but not into the face of a client that is still sending: it would see a reset, not its answer."""
        if self.in_body:
            self.lingers = True
        else:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.in_body:
            self._be_patient()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "bad_request", msg)

    def _refuse(self, status: int, code: str, message: str) -> None:
        body = json.dumps(error_body(code, message)).encode()
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()

    def _be_patient(self) -> None:
        self._stop_waiting()
        self.patience = self.loop.call_later(self.patience_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    def _give_up(self) -> Any:
        if not self.transport.is_closing():
            self.transport.close()


class LingeringTransport:
    """What a request writes its answer to."""

    def __init__(self, protocol: LimitedProtocol):
        self.write, self.is_closing = protocol.transport.write, protocol.transport.is_closing
        self.close = protocol.close_after_body

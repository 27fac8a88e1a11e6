"""`serve`: the process around the service: port, signals, orderly end."""

import logging
import os
import socket
import time
from types import FrameType

import uvicorn

from .errors import DONE, ConfigError
from .http_protocol import LimitedProtocol
from .logs import log
from .service import Service, create_app
from .settings import Settings

KEEP_ALIVE_SECONDS = 75


class Server(uvicorn.Server):
    """SIGTERM: not ready, wait for the load balancer to notice, finish what is in flight, exit 0."""

    def __init__(self, config: uvicorn.Config, service: Service):
        super().__init__(config)
        self.service = service
        self.drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not super(): it makes uvicorn raise the signal again after shutdown, and the exit status becomes 143.
        if self.service.draining:
            self.force_exit = self.should_exit = True
            return
        self.service.draining = True
        self.drained_at = time.monotonic() + self.service.settings.drain_seconds

    async def on_tick(self, counter: int) -> bool:
        if self.drained_at is not None and time.monotonic() >= self.drained_at:
            self.should_exit = True
        return await super().on_tick(counter)


class LogLines(logging.Handler):
    """What libraries report, as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        log(
            record.getMessage().strip(),
            record.levelname,
            logger=record.name,
            error=repr(error) if error else None,
        )


def serve(settings: Settings) -> int:
    """Answer HTTP until a signal ends it."""
    # A local endpoint is nobody else's; in a container the platform decides who reaches the port.
    host = "127.0.0.1" if settings.cloud == "local" else "0.0.0.0"  # noqa: S104
    listener = _listen(host, settings.port)
    service = Service(settings)
    if settings.metrics_port:
        service.metrics.listen(settings.metrics_port, host)
    # A hostile request is worth a metric, not a line.
    for name, level in (("uvicorn", logging.ERROR), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.addHandler(LogLines())
        logger.propagate = False
    LimitedProtocol.patience_seconds = settings.request_timeout_seconds
    config = uvicorn.Config(
        create_app(service),
        http=LimitedProtocol,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.grace_seconds,
        proxy_headers=False,
    )
    log("serving", host=host, port=settings.port, auth=service.keys.mode, pid=os.getpid())
    Server(config, service).run([listener])
    log("stopped")
    return DONE


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise ConfigError(
            f"PORT={port} cannot be listened on ({error.strerror}); stop what uses it or choose another"
        ) from None
    return listener

"""Starts the package as its users do: as processes, on free ports, killed by their own id."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

WORKLOAD = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(**variables: object) -> dict[str, str]:
    """This process's environment without its ML_ variables, plus the given ones."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ML_")}
    return {**clean, "PYTHONPATH": str(WORKLOAD), **{name: str(value) for name, value in variables.items()}}


def command(*arguments: str, python: Path | str = sys.executable) -> list[str]:
    return [str(python), "-m", "image_classifier", *arguments]


def run(*arguments: str, timeout: float = 300, **variables: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*arguments), env=environment(**variables), capture_output=True, text=True, timeout=timeout, check=False
    )


def lines(text: str) -> list[dict]:
    """The JSON lines of an output."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def last_metric(text: str, name: str) -> float | None:
    values = [line["metrics"][name] for line in lines(text) if name in line.get("metrics", {})]
    return values[-1] if values else None


def wait_until(condition, seconds: float, what: str):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


class Endpoint:
    """A `serve` process and its log."""

    def __init__(self, folder: Path, ready: bool = True, python: Path | str = sys.executable, **variables: object):
        self.port, self.metrics_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / f"serve-{self.port}.log"
        settings = {
            "PORT": self.port,
            "ML_METRICS_PORT": self.metrics_port,
            "ML_SCRATCH": folder / "scratch",
            "ML_DRAIN_SECONDS": 0.3,
            "ML_MODEL_POLL_SECONDS": 0.3,
            **variables,
        }
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                command("serve", python=python), env=environment(**settings), stdout=log, stderr=log
            )
        phase = "ready" if ready else "waiting_for_model"
        wait_until(lambda: self.status() == phase or self.process.poll() is not None, 60, f"serve {phase}")
        assert self.process.poll() is None, self.log_file.read_text()

    def status(self) -> str | None:
        try:
            with urllib.request.urlopen(self.url + "/ready", timeout=5) as answer:
                return json.load(answer)["status"]
        except urllib.error.HTTPError as error:
            return json.load(error)["status"]
        except OSError:
            return None

    def post(self, data: bytes | None, headers: dict[str, str] | None = None, path: str = "/predict"):
        """(status, parsed body, headers)"""
        request = urllib.request.Request(self.url + path, data, headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, json.load(error), error.headers

    def raw(self, data: bytes, seconds: float = 20, half_close: bool = False) -> bytes:
        """Everything that the endpoint answers to these bytes until it closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            received = b""
            try:
                connection.sendall(data)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
                while chunk := connection.recv(65536):
                    received += chunk
                    if b"\r\n\r\n" in received and received.endswith(b"}"):
                        break
            except OSError:
                pass
            return received

    def log(self) -> list[dict]:
        return lines(self.log_file.read_text())

    def prometheus(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as answer:
            return answer.read().decode()

    def rss_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(row for row in status.splitlines() if row.startswith("VmRSS")).split()[1]) / 1024

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(30)

    def __enter__(self) -> "Endpoint":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

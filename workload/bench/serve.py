"""Ours against FastAPI, LitServe and Ray Serve with the same ONNX engine: `python3 workload/bench/serve.py`.

Variants take turns in every round, so that a busy neighbour hurts all of them; each figure is the best of the rounds
and is printed with its ratio to ours. Makes both environments if they are not there.
"""

import argparse
import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "bench")]

from environment import ensure  # noqa: E402
from load import Load, http_request, load  # noqa: E402

CLIENTS = (1, 4, 16, 64)
SIZE = 224


class Variant(NamedTuple):
    """A server: how it is started, and how it wants its images."""

    name: str
    script: list[str]
    package: str
    json: bool = False


VARIANTS = [
    Variant("ours", ["-m", "image_classifier", "serve"], "starlette"),
    Variant("FastAPI one by one", ["bench/rivals/fastapi_app.py"], "fastapi"),
    Variant("LitServe", ["bench/rivals/litserve_app.py"], "litserve", json=True),
    Variant("Ray Serve", ["bench/rivals/ray_app.py"], "ray"),
]

MAKE_MODEL = """
import sys; sys.path.insert(0, {root!r})
import torch
from pathlib import Path
from image_classifier.model import Classifier
from image_classifier.publish import Publication, publish
from image_classifier.settings import Settings
torch.manual_seed(0)
settings = Settings.read({{"ML_SCRATCH": {folder!r}, "ML_IMAGE_SIZE": "{size}"}})
net = Classifier("resnet18", 1000, {size}).eval()
publish(net, settings, [str(i) for i in range(1000)], Publication(Path({folder!r}) / "models", "bench"))
"""

MAKE_IMAGES = """
import sys; sys.path.insert(0, {root!r})
import io, numpy as np
from pathlib import Path
from PIL import Image, ImageFilter
for number in range(8):
    pixels = np.random.default_rng(number).integers(0, 255, (600, 800, 3), np.uint8)
    image = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1.2))
    image.save(Path({folder!r}) / f"{{number}}.jpg", quality=88)
"""


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [pid]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def memory_mib(pid: int) -> float:
    """Proportional set size of the tree: pages that processes share count once."""
    total = 0
    for process in tree(pid):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
        except (OSError, StopIteration):
            continue
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree so far. What a busy neighbour takes is not in it."""
    ticks = 0
    for process in tree(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


class Server:
    """A started variant; `start_seconds` until its first prediction."""

    def __init__(self, variant: Variant, python: Path, folder: Path, requests: list[bytes]):
        self.port, self.requests = free_port(), requests
        variables = {
            "PYTHONPATH": str(ROOT), "PORT": str(self.port), "ML_METRICS_PORT": "0",
            "ML_MODEL_URI": str(folder / "models"),
            "ML_SCRATCH": str(folder / "scratch"), "ML_DRAIN_SECONDS": "0", "ML_LOG_PREDICTIONS": "0",
            "BENCH_PORT": str(self.port), "BENCH_IMAGE_SIZE": str(SIZE), "RAY_USAGE_STATS_ENABLED": "0",
            "BENCH_MODEL": str(folder / "models" / "bench" / "model.onnx"), "RAY_DEDUP_LOGS": "0",
        }  # fmt: skip
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ML_")}
        self.log = (folder / f"{variant.name}.log").open("ab")
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [python, *variant.script],
            cwd=ROOT,
            env={**clean, **variables},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self._until_ready(folder / f"{variant.name}.log")
        self.start_seconds = time.perf_counter() - started

    def _until_ready(self, log: Path) -> None:
        body = self.requests[0].split(b"\r\n\r\n", 1)
        kind = body[0].split(b"Content-Type: ")[1].split(b"\r\n")[0].decode()
        for _ in range(1200):
            if self.process.poll() is not None:
                raise RuntimeError(f"ended with {self.process.returncode}: {log.read_text()[-2000:]}")
            try:
                url = f"http://127.0.0.1:{self.port}/predict"
                with urllib.request.urlopen(urllib.request.Request(url, body[1], {"Content-Type": kind}), timeout=20):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError("was not ready within 60 s")

    def stop(self) -> None:
        processes = tree(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # Some leave workers behind.
        for process in processes[1:]:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.log.close()


class Figures(NamedTuple):
    """One variant in one round."""

    start_seconds: float
    idle_mib: float
    busy_mib: float
    loads: list[Load]
    cpu_ms: list[float]


def measure(variant: Variant, python: Path, folder: Path, images: list[bytes], seconds: float) -> Figures:
    if variant.json:
        bodies = [json.dumps({"image": base64.b64encode(image).decode()}).encode() for image in images]
        requests = [http_request("/predict", "application/json", body) for body in bodies]
    else:
        requests = [http_request("/predict", "image/jpeg", image) for image in images]
    server = Server(variant, python, folder, requests)
    try:
        idle = memory_mib(server.process.pid)
        load(server.port, requests, 4, 1)
        loads, cpu_ms = [], []
        for clients in CLIENTS:
            before = cpu_seconds(server.process.pid)
            loads.append(load(server.port, requests, clients, seconds))
            used = cpu_seconds(server.process.pid) - before
            cpu_ms.append(1000 * used / max(len(loads[-1].latencies), 1))
        return Figures(server.start_seconds, idle, memory_mib(server.process.pid), loads, cpu_ms)
    finally:
        server.stop()


def installed(python: Path, package: str) -> bool:
    return subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode == 0


def report(rounds: dict[str, list[Figures]]) -> None:
    """Per variant and load: images/s with its ratio to ours, latencies, CPU time of the server per image."""

    def best(name: str, level: int) -> tuple[float, float, float, float]:
        loads = [figures.loads[level] for figures in rounds[name]]
        return (
            max(a.images_per_second for a in loads),
            min(a.quantile(0.5) for a in loads),
            min(a.quantile(0.99) for a in loads),
            min(figures.cpu_ms[level] for figures in rounds[name]),
        )

    for level, clients in enumerate(CLIENTS):
        print(f"\n{f'{clients} clients':20} images/s  ratio   p50 ms   p99 ms   CPU ms/image  ratio")
        ours = best("ours", level)
        for name in rounds:
            rate, p50, p99, cpu = best(name, level)
            print(
                f"{name:20} {rate:8.1f} {rate / ours[0]:5.2f}x {p50:8.0f} {p99:8.0f} {cpu:14.1f} {cpu / ours[3]:5.2f}x"
            )
    print(f"\n{'':20}  start s  idle MiB  busy MiB")
    for name, figures in rounds.items():
        start, idle, busy = (min(getattr(f, key) for f in figures) for key in ("start_seconds", "idle_mib", "busy_mib"))
        print(f"{name:20} {start:8.2f} {idle:9.0f} {busy:9.0f}")
        if failures := sum(a.failures for f in figures for a in f.loads):
            print(f"{'':20} {failures} answers were not 200")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="per load level")
    parser.add_argument("--only", nargs="*", help="names of variants; ours is always in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "images").mkdir()
        make_model = MAKE_MODEL.format(root=str(ROOT), folder=name, size=SIZE)
        subprocess.run([ensure("test"), "-c", make_model], check=True, stdout=subprocess.DEVNULL)
        python = ensure("bench")
        subprocess.run([python, "-c", MAKE_IMAGES.format(root=str(ROOT), folder=str(folder / "images"))], check=True)
        images = [path.read_bytes() for path in sorted((folder / "images").iterdir())]
        kib = sum(map(len, images)) // len(images) // 1024
        print(
            f"resnet18 at {SIZE} px, JPEGs of {kib} KiB, best of {options.rounds} rounds of {options.seconds:g} s, "
            f"{os.cpu_count()} CPUs, load generator bench/load.py"
        )
        rounds: dict[str, list[Figures]] = {}
        chosen = [v for v in VARIANTS if v.name == "ours" or not options.only or v.name in options.only]
        for number in range(options.rounds):
            for variant in chosen:
                if not installed(python, variant.package):
                    print(f"SKIPPED {variant.name}: {variant.package} is not installed", flush=True)
                    continue
                try:
                    rounds.setdefault(variant.name, []).append(
                        measure(variant, python, folder, images, options.seconds)
                    )
                    print(f"round {number + 1}: {variant.name}, load {os.getloadavg()[0]:.1f}", flush=True)
                except (RuntimeError, OSError) as error:
                    print(f"SKIPPED {variant.name}: {error}", flush=True)
        report(rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())

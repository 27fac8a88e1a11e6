"""A loaded model: uint8 [N, H, W, 3] -> float32 [N, K] probabilities. ONNX Runtime on CPU, torch on CUDA."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import storage
from .settings import Settings
from .storage import Location
from .threads import cpus

Infer = Callable[[np.ndarray], np.ndarray]

FILES = {"onnx": "model.onnx", "int8": "model.int8.onnx", "eager": "model.safetensors"}
# How far a recomputed probability may lie from the published one.
TOLERANCE = 0.02
# A CPU works faster on several images at once only while they are small: at 64 px 16 images cost half as much each as
# one does, at 224 px they cost 17 % more and 150 MB of memory.
CPU_CALL_PIXELS = 1 << 16
NVIDIA_DEVICE = Path("/dev/nvidia0")


class ModelRefused(Exception):
    """A published model that must not serve: files absent, damaged, or answers that are not the published ones."""


class Model:
    """One version, ready to answer."""

    def __init__(self, manifest: dict[str, Any], infer: Infer, engine: str, max_batch: int):
        self.run_id: str = manifest["run_id"]
        self.arch: str = manifest["arch"]
        self.size: int = manifest["image_size"]
        self.classes: list[str] = manifest["classes"]
        self.val_accuracy: float | None = manifest.get("val_accuracy")
        self.infer, self.engine, self.max_batch = infer, engine, max_batch

    def describe(self) -> dict[str, str]:
        return {"run_id": self.run_id, "arch": self.arch}

    def top(self, scores: np.ndarray, count: int) -> list[dict[str, Any]]:
        """The best labels with their scores, best first; equal scores in the order of the classes."""
        best = np.argsort(-scores, kind="stable")[:count]
        return [{"label": self.classes[i], "score": round(float(scores[i]), 6)} for i in best]


def choose(settings: Settings, files: dict[str, Any]) -> str:
    """ML_ENGINE, with auto decided: eager on a GPU, else int8 if it was published, else onnx."""
    if settings.engine != "auto":
        return settings.engine
    if settings.device == "cuda" or (settings.device == "auto" and NVIDIA_DEVICE.exists()):
        return "eager"
    # Whoever trained asked for int8 and it held its accuracy there, or it would not be in the manifest.
    return "int8" if FILES["int8"] in files else "onnx"


def load(models: Location, run_id: str, settings: Settings) -> Model:
    """Fetch, verify and warm one version. Raises ModelRefused, or what the storage raises."""
    location = models / run_id
    manifest = storage.get_json(location / "manifest.json")
    if manifest is None:
        raise ModelRefused(f"{location} has no manifest.json")
    try:
        engine = choose(settings, manifest["files"])
        size, digests = (
            manifest["image_size"],
            {n: manifest["files"][n]["sha256"] for n in (FILES[engine], "probe.json")},
        )
    except KeyError as missing:
        raise ModelRefused(f"{location / 'manifest.json'} does not list {missing}") from None
    local = Path(tempfile.mkdtemp(dir=settings.scratch))
    try:
        storage.fetch_all((location / name, local / name, digest) for name, digest in digests.items())
        infer = (
            _torch(local, manifest, settings)
            if engine == "eager"
            else open_session(local / FILES[engine], cpus(settings.cpu_threads))
        )
        probe = json.loads((local / "probe.json").read_text())
    finally:
        # Both engines hold the model in memory by now, and on some platforms /tmp is memory too.
        shutil.rmtree(local)
    max_batch = call_size(engine, size, settings.max_batch)
    _warm(infer, size, max_batch)
    _self_check(infer, probe, size, engine)
    return Model(manifest, infer, engine, max_batch)


def call_size(engine: str, size: int, max_batch: int) -> int:
    """Images per call of a model of `size` pixels: ML_MAX_BATCH, or fewer where that is faster."""
    return max_batch if engine == "eager" else max(1, min(max_batch, CPU_CALL_PIXELS // size**2))


def probe_images(seed: int, size: int) -> np.ndarray:
    """The two images whose answers `probe.json` records."""
    return np.random.default_rng(seed).integers(0, 255, (2, size, size, 3), np.uint8)


def run_onnx(path: Path, images: np.ndarray) -> np.ndarray:
    """The answers of an ONNX file, computed once."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images})[0]


def _warm(infer: Infer, size: int, max_batch: int) -> None:
    """Run every power-of-two batch once, so that no request pays for a first call."""
    batch = 1
    while batch <= max_batch:
        infer(np.zeros((batch, size, size, 3), np.uint8))
        batch *= 2


def _self_check(infer: Infer, probe: dict[str, Any], size: int, engine: str) -> None:
    """Recompute two recorded answers: catches a wrong engine, provider or precision before traffic does."""
    expected = np.array(probe["expected"]["int8" if engine == "int8" else "float"])
    answers = infer(probe_images(probe["seed"], size))
    if answers.shape != expected.shape:
        raise ModelRefused(f"the model answers {answers.shape[1]} classes, its probe has {expected.shape[1]}")
    off = float(np.abs(answers - expected).max())
    # Not `off > TOLERANCE`: a model of NaN would pass.
    if not off <= TOLERANCE:
        raise ModelRefused(f"the model's answers to the probe images are off by {off:.4f}, limit {TOLERANCE}")


def open_session(path: Path, threads: int) -> Infer:
    """An ONNX file in ONNX Runtime on `threads` CPUs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Unset, ORT takes the host's core count and its spinning threads starve each other: up to 24 times slower.
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda images: session.run(None, {name: images})[0]


def _torch(local: Path, manifest: dict[str, Any], settings: Settings) -> Infer:
    import torch
    from safetensors.torch import load_file

    from .device import device, uses_bf16
    from .model import Classifier, Serving

    torch.set_num_threads(cpus(settings.cpu_threads))
    at = device(settings.device)
    net = Classifier(manifest["arch"], len(manifest["classes"]), manifest["image_size"])
    net.load_state_dict(load_file(local / FILES["eager"]))
    serving = Serving(net).eval().to(at, memory_format=torch.channels_last)  # type: ignore[call-overload]
    bf16 = uses_bf16(settings.amp, at)

    def infer(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode(), torch.autocast(at.type, torch.bfloat16, enabled=bf16):
            return serving(torch.from_numpy(images).to(at)).float().cpu().numpy()

    return infer

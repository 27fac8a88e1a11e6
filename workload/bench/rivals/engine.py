"""What every rival serves: the same ONNX file, session options and image decoding as ours."""

import os
from pathlib import Path

import numpy as np

from image_classifier.engine import open_session
from image_classifier.images import decode
from image_classifier.threads import cpus

SIZE = int(os.environ["BENCH_IMAGE_SIZE"])
PORT = int(os.environ["BENCH_PORT"])
MAX_BATCH = 16


def open_engine():
    infer = open_session(Path(os.environ["BENCH_MODEL"]), cpus(None))
    infer(np.zeros((1, SIZE, SIZE, 3), np.uint8))
    return infer


def pixels(data: bytes) -> np.ndarray:
    return decode(data, SIZE, 50_000_000)


def answer(scores: np.ndarray) -> dict:
    best = np.argsort(-scores)[:5]
    return {"predictions": [{"label": str(i), "score": round(float(scores[i]), 6)} for i in best]}

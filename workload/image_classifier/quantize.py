"""The ONNX model in 8-bit integers, kept only if it is nearly as accurate."""

import contextlib
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from . import storage
from .loader import Images
from .logs import log
from .sampling import evaluation as validation_keys

CALIBRATION_IMAGES = 128


def quantize(out: Path, images: Images, max_drop: float) -> bool:
    """Write model.int8.onnx beside model.onnx unless its accuracy drops by more than `max_drop`."""
    source, int8 = out / "model.onnx", out / "model.int8.onnx"
    with contextlib.redirect_stdout(io.StringIO()):
        _write(source, int8, images)
    before, after = _accuracy(source, images), _accuracy(int8, images)
    kept = before - after <= max_drop
    log("int8", float_accuracy=round(before, 4), int8_accuracy=round(after, 4), kept=kept)
    if not kept:
        int8.unlink()
    return kept


def _write(source: Path, dest: Path, images: Images) -> None:
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Calibration(CalibrationDataReader):
        def __init__(self) -> None:
            batches = _batches(images, min(CALIBRATION_IMAGES, len(images)), 1)
            self.samples = ({"images": batch} for batch, _ in batches)

        def get_next(self) -> dict[str, Any] | None:
            return next(self.samples, None)

    logging.getLogger().setLevel(logging.ERROR)
    prepared = storage.temporary(dest.parent, ".prepared")
    try:
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        # Scores stay float: an 8-bit softmax knows 256 values, and ties reorder the labels.
        scores = [node.name for node in onnx.load(str(prepared)).graph.node if node.op_type == "Softmax"]
        quantize_static(
            str(prepared),
            str(dest),
            Calibration(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=scores,
        )
    finally:
        prepared.unlink()


def _batches(images: Images, count: int, size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for keys in validation_keys(count, 0, 1, size):
        pixels, labels = zip(*(images[key] for key in keys), strict=True)
        yield np.stack(pixels), np.array(labels)


def _accuracy(path: Path, images: Images) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    right = sum(
        int((session.run(None, {name: x})[0].argmax(1) == y).sum()) for x, y in _batches(images, len(images), 64)
    )
    return right / len(images)

"""A published model made without torch: its answer is the share of red, green and blue in the picture."""

import json
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from image_classifier.engine import probe_images, run_onnx
from image_classifier.storage import sha256

CLASSES = ["red", "green", "blue"]
SIZE = 16


def onnx_file(path: Path, scale: float = 0.05, delay: int = 0) -> None:
    """softmax(scale × mean colour). `delay` multiplies matrices first, so that a call takes time."""
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats", "axes"], ["colours"], keepdims=0),
        helper.make_node("Mul", ["colours", "scale"], ["logits"]),
    ]
    constants = [
        helper.make_tensor("axes", TensorProto.INT64, [2], [1, 2]),
        helper.make_tensor("scale", TensorProto.FLOAT, [1], [scale]),
    ]
    logits = "logits"
    if delay:
        # A product of large matrices whose result is multiplied by nought.
        constants += [
            helper.make_tensor("shape", TensorProto.INT64, [2], [delay, delay]),
            helper.make_tensor("zero", TensorProto.FLOAT, [1], [0.0]),
            helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0]),
        ]
        nodes += [
            helper.make_node("ReduceMax", ["floats"], ["brightest"], keepdims=0),
            helper.make_node("Expand", ["brightest", "shape"], ["large"]),
            helper.make_node("MatMul", ["large", "large"], ["product"]),
            helper.make_node("ReduceMax", ["product"], ["largest"], keepdims=0),
            helper.make_node("Mul", ["largest", "zero"], ["nought"]),
            helper.make_node("Add", ["logits", "nought"], ["delayed"]),
        ]
        logits = "delayed"
    nodes.append(helper.make_node("Softmax", [logits], ["scores"], axis=1))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["batch", SIZE, SIZE, 3])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 3])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def publish(models: Path, run_id: str, promote: bool = True, **options: object) -> Path:
    """models/<run_id>/ and, with `promote`, current.json."""
    folder = models / run_id
    folder.mkdir(parents=True)
    onnx_file(folder / "model.onnx", **options)
    expected = run_onnx(folder / "model.onnx", probe_images(1, SIZE))
    (folder / "probe.json").write_text(json.dumps({"seed": 1, "expected": {"float": expected.tolist()}}))
    files = {path.name: {"sha256": sha256(path), "bytes": path.stat().st_size} for path in folder.iterdir()}
    manifest = {
        "version": 1,
        "run_id": run_id,
        "arch": "tiny",
        "image_size": SIZE,
        "classes": CLASSES,
        "files": files,
        "val_accuracy": 1.0,
        "created": time.time(),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if promote:
        current(models, run_id)
    return folder


def current(models: Path, run_id: str) -> None:
    part = models / "current.part"
    part.write_text(json.dumps({"run_id": run_id}))
    part.rename(models / "current.json")


def picture(colour: str) -> np.ndarray:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[..., CLASSES.index(colour)] = 255
    return pixels

"""The network as an ONNX file: uint8 images in, probabilities out, any batch size."""

import contextlib
import io
import logging
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

MAX_BATCH = 1024


def export_onnx(serving: nn.Module, example: np.ndarray, path: Path) -> None:
    """`example` is a batch of two or more: a batch of one would be taken for a constant."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    batch = torch.export.Dim("batch", min=1, max=MAX_BATCH)
    # The exporter talks on stdout, which belongs to the JSON lines, and warns about its own insides.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.export.export(serving, (torch.from_numpy(example),), dynamic_shapes={"images": {0: batch}})
        torch.onnx.export(program, f=str(path), dynamo=True, external_data=False, verbose=False)

"""ONNX files out of trained models."""

import contextlib
import io
import warnings

import torch
from torch.onnx import TrainingMode

from files import replacing


def export(model, sample, path, plain):
    """Writes opset 13: `input` to `logits`, any batch size.

    Constants are folded and batch norm goes into the convolutions, unless `plain`: then parameters keep their names.
    """
    model = model.to(memory_format=torch.contiguous_format).eval()
    buffer = io.BytesIO()
    # The exporter prints a table of no findings, and warns of what tracing always does.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, sample, buffer, opset_version=13, input_names=["input"], output_names=["logits"],
            dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
            training=TrainingMode.PRESERVE if plain else TrainingMode.EVAL, do_constant_folding=not plain)
    with replacing(path) as file:
        file.write(buffer.getvalue())
    print(f"{path.name}: {path.stat().st_size} bytes", flush=True)

"""Times PyTorch's forward and backward pass of an ONNX model, on request.

Usage: torch_gradient.py MODEL.onnx DATA.npz BATCH THREADS
The model is rebuilt from its graph, with the same weights. Prints the loss and, per weight tensor, the norm of its
gradient; then, for every line read, the seconds of one forward and backward pass.
"""
import sys
import time

import numpy
import onnx
import onnx.numpy_helper
import torch
from torch.nn import functional


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def window(a, rank):
    pads = a.get("pads", [0] * 2 * rank)
    if list(pads[:rank]) != list(pads[rank:]):
        raise SystemExit("asymmetric padding is not rebuilt")
    return {"stride": a.get("strides", 1), "padding": tuple(pads[:rank]), "dilation": a.get("dilations", 1)}


def run(graph, constants, feeds):
    values = {**constants, **feeds}
    for node in graph.node:
        x = [values[name] for name in node.input]
        a = attributes(node)
        if node.op_type == "Conv":
            y = functional.conv2d(*x, groups=a.get("group", 1), **window(a, 2))
        elif node.op_type == "Relu":
            y = functional.relu(x[0])
        elif node.op_type == "Add":
            y = x[0] + x[1]
        elif node.op_type == "MaxPool":
            y = functional.max_pool2d(x[0], a["kernel_shape"], **window(a, 2))
        elif node.op_type == "GlobalAveragePool":
            y = x[0].mean((2, 3), keepdim=True)
        elif node.op_type == "Flatten":
            y = x[0].flatten(a.get("axis", 1))
        elif node.op_type == "Gemm" and not a.get("transA", 0):
            y = functional.linear(x[0], x[1] if a.get("transB", 0) else x[1].t(), x[2])
        else:
            raise SystemExit(f"op {node.op_type} is not rebuilt")
        values[node.output[0]] = y
    return values[graph.output[0].name]


def main(path, data, batch, threads):
    torch.set_num_threads(threads)
    graph = onnx.load(path).graph
    constants = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in graph.initializer}
    weights = [name for name, value in constants.items() if value.dim() > 1]
    for name in weights:
        constants[name].requires_grad_()
    arrays = numpy.load(data)
    feeds = {i.name: torch.from_numpy(arrays[i.name][:batch]) for i in graph.input}
    labels = torch.from_numpy(arrays["label"][:batch].astype(numpy.int64))

    def step():
        for name in weights:
            constants[name].grad = None
        start = time.perf_counter()
        loss = functional.cross_entropy(run(graph, constants, feeds), labels, reduction="sum")
        loss.backward()
        return time.perf_counter() - start, loss.item()

    print("loss", step()[1])
    for name in weights:
        print("gradient", name, constants[name].grad.double().norm().item())
    print("ready", flush=True)
    for _ in sys.stdin:
        print(step()[0], flush=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

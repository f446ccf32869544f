"""Writes a model with weights of another type: quantised to int8 (QDQ), or in another float type. See README.md."""
import argparse
from collections import Counter

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOATS = {"float16": TensorProto.FLOAT16, "bfloat16": TensorProto.BFLOAT16, "float64": TensorProto.DOUBLE}


def tensor(name, values, data_type):
    """A tensor of any float type, as raw_data. numpy has no bfloat16: the upper half of a float32, to nearest even."""
    if data_type == TensorProto.BFLOAT16:
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        raw = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    else:
        raw = np.asarray(values, {TensorProto.FLOAT16: np.float16, TensorProto.DOUBLE: np.float64}[data_type])
    return helper.make_tensor(name, data_type, values.shape, raw.tobytes(), raw=True)


def convert(model, data_type):
    """All floats become the other type; the model's input and output stay float32, behind Casts."""
    graph = model.graph
    for initializer in graph.initializer:
        if initializer.data_type == TensorProto.FLOAT:
            initializer.CopyFrom(tensor(initializer.name, numpy_helper.to_array(initializer), data_type))
    ending = "_" + TensorProto.DataType.Name(data_type).lower()
    inner = {value.name: value.name + ending for value in [*graph.input, *graph.output]}
    for node in graph.node:
        node.input[:] = [inner.get(name, name) for name in node.input]
        node.output[:] = [inner.get(name, name) for name in node.output]
    for position, value in enumerate(graph.input):
        graph.node.insert(position, helper.make_node("Cast", [value.name], [inner[value.name]], to=data_type))
    for value in graph.output:
        graph.node.append(helper.make_node("Cast", [inner[value.name]], [value.name], to=TensorProto.FLOAT))
    del graph.value_info[:]


def conv(x, w, b, strides, pads, group, **_):
    if group != 1:
        raise SystemExit("This tool runs convolutions of one group.")
    x = np.pad(x, [(0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])])
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::strides[0], ::strides[1]]
    return np.einsum("nchwkl,ockl->nohw", windows, w, optimize=True) + b[:, None, None]


OPS = {
    "Conv": conv,
    "Relu": lambda x: np.maximum(x, 0),
    "Add": lambda a, b: a + b,
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdims=True),
    "Flatten": lambda x, axis=1: x.reshape(*x.shape[:axis], -1),
    "Gemm": lambda a, b, c, transB=0, **_: a @ (b.T if transB else b) + c,
}


def ranges(model, images):
    """Smallest and largest value of each activation."""
    values = {initializer.name: numpy_helper.to_array(initializer) for initializer in model.graph.initializer}
    activations = {model.graph.input[0].name: images}
    for node in model.graph.node:
        if node.op_type not in OPS:
            raise SystemExit(f"This tool does not run {node.op_type} (node '{node.name}').")
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        inputs = [values[name] if name in values else activations[name] for name in node.input]
        activations[node.output[0]] = OPS[node.op_type](*inputs, **attributes).astype(np.float32)
    return {name: (min(0.0, float(x.min())), max(0.0, float(x.max()))) for name, x in activations.items()}


def quantise(model, images):
    """Weights int8, symmetric, per output channel; biases int32; activations uint8, per tensor."""
    graph = model.graph
    found = ranges(model, images)
    readers = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node.op_type)
    weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    del graph.initializer[:]
    nodes, scales, dequantised = [], {}, {}

    def constant(name, values):
        graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def dequantise(name, codes, scale, zero):
        nodes.append(helper.make_node(
            "DequantizeLinear",
            [constant(name, codes), constant(name + "_scale", np.float32(scale)), constant(name + "_zero_point", zero)],
            [name + "_dequantized"], name + "_DequantizeLinear", axis=0))
        return name + "_dequantized"

    def activation(name):
        low, high = found[name]
        scale = np.float32(max(high - low, 1e-6) / 255)
        scales[name] = scale
        settings = [constant(name + "_scale", scale), constant(name + "_zero_point", np.uint8(round(-low / scale)))]
        nodes.append(helper.make_node(
            "QuantizeLinear", [name, *settings], [name + "_quantized"], name + "_QuantizeLinear"))
        nodes.append(helper.make_node(
            "DequantizeLinear", [name + "_quantized", *settings], [name + "_dequantized"], name + "_DequantizeLinear"))
        dequantised[name] = name + "_dequantized"

    activation(graph.input[0].name)
    outputs = {value.name for value in graph.output}
    for node in list(graph.node):
        x = node.input[0]
        if node.op_type in ("Conv", "Gemm"):
            w = weights[node.input[1]]
            scale = np.abs(w).reshape(len(w), -1).max(1) / 127
            codes = np.round(w / scale.reshape(-1, *[1] * (w.ndim - 1))).astype(np.int8)
            both = (scales[x] * scale).astype(np.float32)
            biases = np.round(weights[node.input[2]] / both).astype(np.int32)
            inputs = [
                dequantised[x],
                dequantise(node.input[1], codes, scale, np.zeros(len(w), np.int8)),
                dequantise(node.input[2], biases, both, np.zeros(len(w), np.int32)),
            ]
        else:
            inputs = [dequantised.get(name, name) for name in node.input]
        node.input[:] = inputs
        nodes.append(node)
        # What only a Relu reads is fused with it.
        if node.output[0] not in outputs and readers[node.output[0]] != ["Relu"]:
            activation(node.output[0])
    kept = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(kept)
    del graph.value_info[:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="an ONNX model with weights of float32")
    parser.add_argument("output", help="the file to write")
    parser.add_argument("--to", choices=["int8", *FLOATS], default="int8", help="the weights' new type (int8)")
    parser.add_argument("--data", help=".npz whose array of the model's input gives the activations' ranges (int8)")
    parser.add_argument("--examples", type=int, default=128, help="how many examples of it (128)")
    arguments = parser.parse_args()
    model = onnx.load(arguments.model)
    if arguments.to == "int8":
        if not arguments.data:
            parser.error("--data: int8 needs examples to learn the activations' ranges from")
        quantise(model, np.load(arguments.data)[model.graph.input[0].name][: arguments.examples])
    else:
        convert(model, FLOATS[arguments.to])
    onnx.checker.check_model(model)
    onnx.save(model, arguments.output)
    print(", ".join(f"{count} {op}" for op, count in Counter(node.op_type for node in model.graph.node).most_common()))


if __name__ == "__main__":
    main()

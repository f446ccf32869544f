using Onnx;
using OnnxSplitter.Gradients.Building;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>One node on its way from an opset to the newer form.</summary>
internal sealed class NodeUpgrade(NodeProto node, long opset)
{
    private readonly List<NodeProto> _before = [];
    private readonly List<NodeProto> _after = [];

    public IEnumerable<NodeProto> Apply()
    {
        switch (node.OpType)
        {
            case "Upsample":
                AttributeToInput("scales", 1);
                Resize();
                break;
            case "Resize" when opset < 11:
                Resize();
                break;
            case "Slice" when opset < 10:
                Slice();
                break;
            case "Pad" when opset < 11:
                AttributeToInput("pads", 1);
                AttributeToInput("value", 2);
                break;
            case "Clip" when opset < 11:
                AttributeToInput("min", 1);
                AttributeToInput("max", 2);
                break;
            case "TopK" when opset < 10:
                AttributeToInput("k", 1);
                break;
            case "Scatter":
                node.OpType = "ScatterElements";
                break;
            case "BatchNormalization":
                // What is left of the running statistics' outputs, which only training looks at.
                while (opset < 14 && node.Output.Count > 1) node.Output.RemoveAt(node.Output.Count - 1);
                if (node.Find("spatial") is null or { I: 1 }) Remove("spatial");
                break;
            case "Dropout" when opset < 12:
                Remove("ratio");
                break;
            case "RoiAlign" when opset < 16:
                node.Attribute.Add(NodeAttributes.Make("coordinate_transformation_mode", "output_half_pixel"));
                break;
            case "Softmax" or "LogSoftmax" or "Hardmax" when opset < 13:
                Flattened();
                break;
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when opset < 13:
            case "ReduceL1" or "ReduceL2" or "ReduceLogSum" or "ReduceLogSumExp" or "ReduceMax" or "ReduceMean"
                or "ReduceMin" or "ReduceProd" or "ReduceSumSquare":
                AttributeToInput("axes", 1);
                break;
            case "Split":
                if (opset < 13) AttributeToInput("split", 1);
                if (node.Input.Count == 1)
                    node.Attribute.Add(NodeAttributes.Make("num_outputs", (long)node.Output.Count));
                break;
        }

        return [.. _before, node, .. _after];
    }

    private void Remove(string name)
    {
        if (node.Find(name) is { } attribute) node.Attribute.Remove(attribute);
    }

    /// <summary>
    /// Lists become one-dimensional tensors, single floats scalars, and a single integer a list of one.
    /// </summary>
    private void AttributeToInput(string name, int input)
    {
        if (node.Find(name) is not { } attribute) return;
        node.Attribute.Remove(attribute);
        SetInput(input, name, attribute.Type switch
        {
            Kind.Int => Integers([attribute.I]),
            Kind.Ints => Integers([.. attribute.Ints]),
            Kind.Float => new TensorProto { DataType = 1, FloatData = { attribute.F } },
            _ => new TensorProto
            {
                DataType = 1,
                Dims = { attribute.Floats.Count },
                FloatData = { attribute.Floats },
            },
        });
    }

    private void SetInput(int input, string hint, TensorProto value)
    {
        while (node.Input.Count <= input) node.Input.Add("");
        node.Input[input] = Add(_before, "Constant", hint, [], NodeAttributes.Make("value", value));
    }

    private void Slice()
    {
        var starts = node.Find("starts")!.Ints;
        AttributeToInput("starts", 1);
        AttributeToInput("ends", 2);
        if (node.Find("axes") is not null) AttributeToInput("axes", 3);
        else SetInput(3, "axes", Integers([.. Enumerable.Range(0, starts.Count).Select(axis => (long)axis)]));
    }

    /// <summary>
    /// Upsample, and Resize as it was before opset 11: positions are divided by the scale, and nearest ones rounded
    /// down, or up where an axis shrinks (as ONNX Runtime does; ONNX did not say).
    /// </summary>
    private void Resize()
    {
        var shrinks = _before.Any(constant => constant.Attribute[0].T.FloatData.Any(scale => scale < 1));
        node.OpType = "Resize";
        node.Input.Insert(1, "");
        node.Attribute.Add(NodeAttributes.Make("coordinate_transformation_mode", "asymmetric"));
        node.Attribute.Add(NodeAttributes.Make("nearest_mode", shrinks ? "ceil" : "floor"));
    }

    /// <summary>Up to opset 12 the axis began a rest that was taken as one axis; the default was 1.</summary>
    private void Flattened()
    {
        var axis = node.Find("axis")?.I ?? 1;
        Remove("axis");
        node.Attribute.Add(NodeAttributes.Make("axis", -1L));
        if (axis == -1) return;
        var (x, y) = (node.Input[0], node.Output[0]);
        node.Input[0] = Add(_before, "Flatten", "flat", [x], NodeAttributes.Make("axis", axis));
        var shape = Add(_before, "Shape", "shape", [x]);
        node.Output[0] = $"{y}/normalized";
        _after.Add(new NodeProto { OpType = "Reshape", Input = { node.Output[0], shape }, Output = { y } });
    }

    private string Add(
        List<NodeProto> nodes, string op, string hint, string[] inputs, params AttributeProto[] attributes)
    {
        var output = $"{node.Output[0]}/{hint}";
        nodes.Add(
            new NodeProto { OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    private static TensorProto Integers(long[] values) =>
        new()
        {
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { values.Length },
            Int64Data = { values },
        };
}

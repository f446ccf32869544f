using OnnxSplitter.Data;
using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>Options that say what goes into a model and which of what comes out is measured, and how.</summary>
internal static class DataRows
{
    /// <summary>How images become inputs.</summary>
    public static RowTable<ImageOptions> Images { get; } = new RowTable<ImageOptions>().Under(Groups.Data)
        .Value("--resize", "HEIGHTxWIDTH", ValueKinds.Size.OrNone(), x => x.Resize, (x, value) =>
            x with { Resize = value },
            "Images are scaled to this height and width.", "what the model declares, else their own")
        .Value("--mean", "A,B,C", ValueKinds.PerChannel("0.485,0.456,0.406", 0, _ => true),
            x => x.Mean, (x, value) => x with { Mean = value },
            "Taken off an image's values, which are 0 to 1: one number, or one for each channel.", "0")
        .Value("--std", "A,B,C", ValueKinds.PerChannel("0.229,0.224,0.225, all above 0", 1, number => number > 0),
            x => x.Std, (x, value) => x with { Std = value }, "Divides an image's values after that.", "1")
        .Value("--layout", null, Kinds.Among(("nchw", ImageLayout.Nchw), ("nhwc", ImageLayout.Nhwc)).OrNone(),
            x => x.Layout, (x, value) => x with { Layout = value },
            "Where an image's channels lie.", "where the model declares 1 or 3");

    /// <summary>What data is and how a model is measured on it.</summary>
    public static RowTable<DataSettings> Measured { get; } = new RowTable<DataSettings>().Under(Groups.Data)
        .Include(Images, x => x.Images, (x, value) => x with { Images = value })
        .ModelOutput(x => x.ModelOutput, (x, value) => x with { ModelOutput = value })
        .Embedding(x => x.Embedding, (x, value) => x with { Embedding = value },
            only: new(x => x.Metric != Metric.Accuracy, "is for outputs without classes, which have no accuracy"))
        .Value("--measure", null,
            Kinds.Among(("accuracy", Metric.Accuracy), ("error", Metric.NormalizedError)).OrNone(),
            x => x.Metric, (x, value) => x with { Metric = value },
            "Measures and searches by accuracy alone, balanced over the classes, or by the normalised error alone, the "
            + "squared difference from the original's outputs divided by their variance: as published work does, to "
            + "compare with it.",
            "by what the model is still worth to a thief, and by one of these");

    /// <summary>The same, and what a search looks at.</summary>
    public static RowTable<DataSettings> Search { get; } = new RowTable<DataSettings>().Under(Groups.Data)
        .Value("--data", "PATH", Kinds.OptionalText, x => x.Calibration, (x, value) => x with { Calibration = value },
            "Calibration examples: a .npz file with one array per model input, and 'label' if known; a folder of "
            + "ONNX's test_data_set_N; or a folder of images, a sub-folder a class. Without: random inputs, on which "
            + "success says little about real ones.")
        .Value("--evaluate", "PATH", Kinds.OptionalText, x => x.Evaluation, (x, value) => x with { Evaluation = value },
            "Examples to measure on, never looked at while choosing.", "a third of --data")
        .Many("--input-shape", "NAME=SHAPE", ValueKinds.Shape,
            x => x.InputShapes.OrderBy(shape => shape.Key, StringComparer.Ordinal),
            (x, value) => x with { InputShapes = InputShapes.None.AddRange(value) },
            "Without --data: the shape in which an input is drawn, batch first, such as image=1x3x48x320. Can be given "
            + "once for each input. Without: open dimensions are found by trying.",
            check: shapes => shapes.DistinctBy(shape => shape.Key).Count() < shapes.Count
                ? "--input-shape names one input twice." : null,
            property: nameof(DataSettings.InputShapes))
        .Include(Measured, x => x, (_, value) => value);
}

using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A search of which only places inside are still worth too much.</summary>
public sealed class InsideSearchTests
{
    private const string Place = "place 4 of 8";

    [Fact]
    public void It_goes_on_with_weights_before_the_place_until_that_is_worth_less()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var all = Dataset.Read(Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs);
        var data = all.Pick([.. Enumerable.Range(0, 128)]);
        var meter = new WorthMeter(file, original, data, all.Pick([.. Enumerable.Range(128, 64)]));
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        var joint = JointOutput.Append(model, original.Signature, meter.Outputs, meter.Places, data);
        var place = joint.Places.Single(one => one.Name == Place) with { Inside = 1 };
        var rounds = new List<double>();
        var context = new SearchContext
        {
            Settings = new SearchSettings { MaxWeights = 40 },
            Model = model,
            Signature = original.Signature,
            Calibration = joint.Calibration,

            // The outputs are where they should be at once.
            Target = 2,
            Joint = joint,
            Meets = _ => true,
            Readings = new OtherReadings(_ =>
            {
                rounds.Add(Carried());
                return rounds.Count < 4 ? new Excess(1.5, [Place]) : Excess.None;
            }, _ => null),
            Report = (_, _, _, _) => { },
        };

        StrategyRunner.Run(context, original);

        Assert.InRange(rounds.Count, 4, 6);
        Assert.Equal(rounds.Take(4).OrderDescending(), rounds.Take(4));
        Assert.True(rounds[3] < 0.95 * rounds[0]);
        var before = Ancestry.Of(
            model.Proto.Graph.Node, meter.Places.Single(one => one.Name == Place).Cut.Values[0]);
        Assert.Contains(context.Accepted, move => before.Contains(move.Candidate.Tensor.Path));

        double Carried()
        {
            using var loaded = model.Sessions.Load(model.Proto, joint.Signature);
            return ExplainedBlock.Of(place, data, answersAlone: false)
                .Measure(loaded.Outputs(data), joint.Signature.Width).Objective;
        }
    }
}

using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Places inside a network, as a search that drives down what they carry sees them.</summary>
public sealed class PlaceFeaturesTests : IDisposable
{
    private const int Count = 40;

    private readonly ModelFile _file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
    private readonly LoadedModel _original = LoadedModel.Open(Repository.Model("resnet20-fmnist.onnx"));
    private readonly Dataset _data;
    private readonly WorthMeter _meter;
    private readonly SearchModel _model;
    private readonly JointOutput _joint;

    public PlaceFeaturesTests()
    {
        var all = Dataset.Read(
            Repository.Model("fashion-mnist-calibration.npz"), _original.Signature.Inputs);
        _data = all.Pick([.. Enumerable.Range(0, Count)]);
        _meter = new WorthMeter(_file, _original, _data, all.Pick([.. Enumerable.Range(Count, Count)]));
        _model = new SearchModel(_file, TensorFilter.None, _original.Signature, _data);
        _joint = JointOutput.Append(_model, _original.Signature, _meter.Outputs, _meter.Places, _data);
    }

    public void Dispose()
    {
        _original.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void They_are_what_is_read_there_but_for_the_number_of_positions()
    {
        var rows = Rows();
        using var session = _meter.Session(_file.FilePath);
        var read = _meter.Learn(session).Cuts;

        Assert.Equal(8, _joint.Places.Count);
        Assert.Equal(_meter.Places.Select(place => place.Name), _joint.Places.Select(place => place.Name));
        foreach (var (place, cut) in _joint.Places.Zip(read))
        {
            Assert.Equal(cut.ColumnCount, place.Width);
            var summed = DenseMatrix.Create(
                Count, place.Width, (row, column) => rows[row * _joint.Signature.Width + place.Start + column]);
            var positions = summed.FrobeniusNorm() / cut.FrobeniusNorm();

            Assert.Equal(Math.Round(positions), positions, 1e-3);
            Assert.True((summed - positions * cut).FrobeniusNorm() < 1e-4 * summed.FrobeniusNorm());
        }
    }

    [Fact]
    public void A_place_reaches_the_target_once_its_share_has_fallen_so_far()
    {
        var asked = ExplainedPlace.Asking(_joint.Places[2], _joint.Calibration, Rows(), fall: 0.8, target: 0.1);

        Assert.Equal(0.1 / 0.8, ExplainedBlock.Of(asked, _data, answersAlone: false)
            .Measure(Rows(), _joint.Signature.Width).Left, 1e-6);
    }

    [Fact]
    public void The_gradient_of_what_a_place_carries_is_none_behind_it()
    {
        var objective = new ExplainedObjective(_joint.Blocks).And([_joint.Places[3] with { Inside = 1 }]);
        var alone = objective with { Blocks = [.. objective.Blocks.Skip(1)] };
        using var pass = new GradientPass(_model, _joint.Signature, _joint.Calibration, objective);
        using var evaluator = new CandidateEvaluator(_model, _joint.Signature, pass.Values);

        var before = Ancestry.Of(_model.Proto.Graph.Node, _meter.Places[3].Cut.Values[0]);
        foreach (var (path, slopes) in pass.Run(
            _joint.Calibration, alone, () => evaluator.Outputs(_joint.Calibration)))
            Assert.Equal(before.Contains(path), Array.Exists(slopes, slope => slope != 0));
    }

    [Fact]
    public void What_is_asked_of_answers_or_of_outputs_leaves_places_out()
    {
        var objective = new ExplainedObjective(_joint.Blocks);
        var inside = objective.And([_joint.Places[1], _joint.Places[4]]);

        Assert.Equal(["place 2 of 8", "place 5 of 8"], inside.Blocks.Skip(1).Select(block => block.Name));
        Assert.Equal(3, inside.And([_joint.Places[1] with { Inside = 7 }]).Blocks.Count);
        Assert.Equal(objective, inside.OfOutputs);
        Assert.Equal(objective.OfAnswers, inside.OfAnswers);
    }

    private float[] Rows()
    {
        using var loaded = _model.Sessions.Load(_model.Proto, _joint.Signature);
        return loaded.Outputs(_data);
    }
}

using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;

namespace OnnxSplitter.Tests.Protection;

/// <summary>A search that goes on where another one ended.</summary>
public sealed class GivenMovesTests
{
    private const double Target = 0.3;

    [Fact]
    public void What_was_destroyed_before_stays_so_though_accuracy_alone_does_not_need_it()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx"));
        using var original = LoadedModel.Open(file.FilePath);
        var data = Dataset.Read(
            Repository.Model("fashion-mnist-calibration.npz"), original.Signature.Inputs).First(64);
        var model = new SearchModel(file, TensorFilter.None, original.Signature, data);
        var context = new SearchContext
        {
            Settings = new SearchSettings { MaxWeights = 30 },
            Model = model,
            Signature = original.Signature,
            Calibration = data,
            Target = Target,
            Meets = _ => Accuracy() <= Target,
            Report = (_, _, _, _) => { },
        };

        // The smallest weights: turning them changes next to nothing.
        AcceptedMove[] given =
        [
            .. model.Tensors.Take(3).Select(tensor =>
            {
                var values = model.Values(tensor.Path).ToArray();
                var index = Array.IndexOf(values, values.Where(value => value != 0).MinBy(Math.Abs));
                return context.Accept(
                    new Candidate(tensor, MoveKind.Sign, [new NewValue(index, -values[index])], 0));
            }),
        ];

        StrategyRunner.Run(context, original);

        Assert.InRange(Accuracy(), 0, Target);
        Assert.True(context.Accepted.Count > given.Length);
        Assert.Equal(given, context.Accepted.Take(given.Length));
        Assert.All(given, move =>
        {
            var weight = move.Candidate.NewValues[0];
            Assert.Equal(weight.Value, model.Values(move.Candidate.Tensor.Path)[(int)weight.Index]);
        });

        double Accuracy()
        {
            using var present = model.Sessions.Load(model.Proto, original.Signature);
            return present.Accuracy(data).Value;
        }
    }
}

using System.CommandLine;
using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Tests.Cli;

public sealed class NnSplitterArgumentsTests
{
    [Fact]
    public void What_is_written_out_reads_back_as_the_same()
    {
        var options = new NnSplitterOptions
        {
            Controller = ControllerKind.Random,
            Updates = 2,
            Rollouts = 3,
            Patience = 4,
            FiltersPerLayer = 5,
            MaskCenter = -1e-3,
            MaskShift = 0.5,
            MaskWidth = 0.25,
            MaskCount = 6,
            KeepMask = true,
            Sparsity = 0.125,
            LearningRate = 0.5,
            Steps = 7,
            Batch = 8,
            RewardExamples = 9,
            HiddenSize = 10,
            ControllerLearningRate = 1e-5,
            Clamp = new WeightRange(-0.5f, 0.75f),
        };

        Assert.Equal(options, Read(options));
        Assert.Equal(new NnSplitterOptions(), Read(new NnSplitterOptions()));
    }

    private static NnSplitterOptions Read(NnSplitterOptions options)
    {
        var arguments = new NnSplitterArguments();
        var command = new Command("protect");
        Option<string> strategy = new("--strategy"), move = new("--move");
        command.Options.Add(strategy);
        command.Options.Add(move);
        arguments.AddTo(command, strategy, move);

        var parsed = command.Parse(["--strategy", "nnsplitter", .. NnSplitterArguments.Words(options)]);

        Assert.Empty(parsed.Errors);
        return arguments.Read(parsed);
    }
}

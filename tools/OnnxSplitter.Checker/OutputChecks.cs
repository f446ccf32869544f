using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Whether the model gives in a host what it has to give.</summary>
internal static class OutputChecks
{
    /// <summary>Of outputs that differ, where the model is no reason.</summary>
    public const string Variation =
        "the model's own outputs vary from run to run; that its bytes are right is checked above";

    // Enough to see any difference between two sessions.
    private const int ComparedExamples = 8;

    /// <summary>
    /// Opens the model as a host does, under every optimisation level, beside a session of the restored bytes.
    /// </summary>
    /// <param name="request">What to check.</param>
    /// <param name="list">Gets the outcome.</param>
    /// <param name="restored">What the model is restored to.</param>
    /// <param name="secrets">What it was restored with.</param>
    /// <param name="model">The restored model in a session.</param>
    /// <param name="file">The obfuscated model.</param>
    public static void Run(CheckRequest request, CheckList list, RestoredModel restored, ModelSecrets secrets,
        RunningModel model, ModelFile file)
    {
        Dataset examples;
        ModelSignature signature;
        try
        {
            examples = request.Data is { } path
                ? model.Read(path, file, request.ModelOutput, request.Embedding, out signature).First(ComparedExamples)
                : model.Draw(file, ComparedExamples, request.ModelOutput, out signature);
        }
        catch (OnnxSplitterException e) when (request.ModelOutput is not { } asked || model.Gives(asked))
        {
            Nothing($"there are no inputs to compare on: {e.Message}");
            return;
        }

        var (differ, vary) = (new List<string>(), new List<string>());
        var levels = Enum.GetValues<GraphOptimizationLevel>();
        foreach (var level in levels)
        {
            using var options = request.Sessions.Options();
            options.GraphOptimizationLevel = level;
            using var host = RunningModel.Open(request,
                () => ProtectedModel.Open(request.Obfuscated, secrets, new() { Session = options }),
                request.Obfuscated);
            using var expected = RunningModel.Open(request,
                () => request.Original is { } original && !secrets.IsCompact
                    ? new InferenceSession(original, options)
                    : restored.Open(options),
                "the restored model");
            try
            {
                if (SessionRuns.Same(
                    host.Outputs(examples, signature), expected.Outputs(examples, signature))) continue;
            }
            catch (DataFormatException e)
            {
                Nothing($"there is nothing to compare: {e.Message}");
                return;
            }

            (expected.Varies(examples, signature) ? vary : differ).Add(level.ToString());
        }

        list.Add(CheckNames.Outputs, differ.Count == 0, differ.Count > 0
            ? $"a host's differ under {string.Join(", ", differ)}"
            : vary.Count > 0 ? $"under {string.Join(", ", vary)} {Variation}"
            : $"a host's are the {(secrets.IsCompact ? "restored" : "original")} model's, bit for bit, under all "
                + $"{levels.Length} optimisation levels, on {examples.Count} "
                + $"{(request.Data is null ? "random " : "")}examples");
        RunTrusted(request, list, model, examples, signature);

        void Nothing(string why)
        {
            list.Skip(why, CheckNames.Outputs);

            // It was asked for, so it must not end as if it had passed.
            if (request.Endpoint is null) list.Skip("no --endpoint is given", CheckNames.TrustedProcess);
            else list.Add(CheckNames.TrustedProcess, ok: false, why);
        }
    }

    /// <summary>Runs the model in a trusted process, if one is named, beside the restored model's session.</summary>
    private static void RunTrusted(CheckRequest request, CheckList list, RunningModel model, Dataset examples,
        ModelSignature signature)
    {
        if (request.Endpoint is not { } socket)
        {
            list.Skip("no --endpoint is given", CheckNames.TrustedProcess);
            return;
        }

        try
        {
            using var secured = SecuredModel.Open(request.Obfuscated, new SecuredEndpoint(socket));
            var same = secured.IsOriginal(
                SessionRuns.Outputs((inputs, outputs) => secured.Run(inputs, outputs), signature, examples),
                model.Outputs(examples, signature));
            var varies = !same && model.Varies(examples, signature);
            list.Add(CheckNames.TrustedProcess, same || varies, varies ? $"its outputs differ; {Variation}"
                : $"{socket} {(same ? "gives the restored" : "does not give the restored")} model's outputs, "
                    + $"{(!same ? "" : secured.IsExact ? "bit for bit, " : "to a ten-thousandth, ")}"
                    + $"on {examples.Count} examples");
        }
        catch (SecuredException e)
        {
            list.Add(CheckNames.TrustedProcess, ok: false, e.Message);
        }
    }
}

using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>
/// A host whose model runs in a trusted process: a process of its own, whose memory can be looked through.
/// </summary>
internal static class SecuredHost
{
    /// <summary>Runs the model on zeros until standard input ends; says so after the first run.</summary>
    /// <param name="obfuscated">The obfuscated model.</param>
    /// <param name="socket">The trusted process's.</param>
    public static int Run(string obfuscated, string socket)
    {
        using var model = SecuredModel.Open(obfuscated, new SecuredEndpoint(socket));
        using var inputs = new ZeroInputs(model.Inputs, batch: 1);
        var end = Task.Run(() => Console.In.ReadToEnd());
        do
        {
            using var outputs = model.Run(inputs.Values, [model.Outputs[0].Name]);
            Console.WriteLine("running");
        }
        while (!end.Wait(TimeSpan.FromMilliseconds(20)));
        return 0;
    }
}

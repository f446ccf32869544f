using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Commands;

/// <summary>Raises the share of weights that a key changes until attacks bring back little enough.</summary>
internal static class ResilientProtectJob
{
    private static readonly double[] Shares = [0.5, 0.8, 0.95, 1];

    /// <summary>Protects.</summary>
    /// <param name="request">What was asked for; its share, if below 1, is the least that is tried.</param>
    /// <param name="most">The largest share of the gap that attacks may bring back.</param>
    /// <param name="streams">Where to say so.</param>
    /// <param name="cancellation">Stops.</param>
    public static int Run(ProtectRequest request, double most, Streams streams, CancellationToken cancellation)
    {
        var least = request.Search.Keyed.Share < 1 ? request.Search.Keyed.Share : Shares[0];
        double[] shares = [.. Shares.Where(share => share > least).Prepend(least)];
        var teller = request.Json ? streams.Error : streams.Output;
        foreach (var share in shares)
        {
            AttackReport? attacks = null;
            var last = share.Equals(shares[^1]);
            try
            {
                var report = ProtectJob.Protect(With(request, share), streams, cancellation, found =>
                {
                    attacks = found;
                    teller.WriteLine($"A share of {Format.Percent(share)}: {AttackText.Verdict(found)}");
                    if (found.MostBroughtBack > most && !(last && request.AcceptBest)) throw new TooWeakException();
                });
                if (report.Written || last) return ProtectJob.Show(report, request, streams, attacks);
                teller.WriteLine($"A share of {Format.Percent(share)} leaves too much of the model as it is.");
            }
            catch (TooWeakException) when (!last)
            {
                // Nothing was written; the next share is larger.
            }
            catch (TooWeakException)
            {
                throw new AnswerException(
                    "With all weights changed, attacks still bring back "
                    + $"{Format.Percent(attacks!.MostBroughtBack!.Value)} of what there is to get; "
                    + $"{Format.Percent(most)} was asked for.",
                    "Nothing was written: ask for less, or pass --accept-best to keep it. What is left is not in the "
                    + "weights that a key changes: biases and normalisations stay as they are.");
            }
        }

        throw new InvalidOperationException("There is always a last share.");
    }

    private static ProtectRequest With(ProtectRequest request, double share) => request with
    {
        IsAttacked = true,
        Search = request.Search with { Keyed = request.Search.Keyed with { Share = share } },
    };

    private sealed class TooWeakException : Exception;
}

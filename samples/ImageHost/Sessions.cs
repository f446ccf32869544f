using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ImageHost;

/// <summary>Sessions for a server: requests run side by side, so each runs on one thread.</summary>
internal static class Sessions
{
    public static SessionOptions Options() => new() { IntraOpNumThreads = 1 };

    public static InferenceSession Open(string path)
    {
        using var options = Options();
        return new InferenceSession(path, options);
    }
}

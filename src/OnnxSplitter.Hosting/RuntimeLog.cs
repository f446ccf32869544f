using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Hosting;

/// <summary>What ONNX Runtime writes to the terminal by itself.</summary>
public static class RuntimeLog
{
    /// <summary>
    /// Leaves errors alone: its warnings are about settings and shapes, whatever model is run. Loads ONNX Runtime, so
    /// commands that run no model do without.
    /// </summary>
    public static void Quiet() => OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
}

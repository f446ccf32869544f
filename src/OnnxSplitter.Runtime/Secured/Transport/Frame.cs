using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>A message as it goes through a channel.</summary>
/// <param name="Kind">What it is; the numbers are the protocol's.</param>
/// <param name="Body">What it says.</param>
/// <param name="Descriptor">A descriptor that comes with it, owned by whoever receives it; null for none.</param>
internal readonly record struct Frame(ushort Kind, byte[] Body, SafeFileHandle? Descriptor = null);

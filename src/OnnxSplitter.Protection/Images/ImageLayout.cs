namespace OnnxSplitter.Protection.Images;

/// <summary>Where an image's channels lie in a tensor.</summary>
public enum ImageLayout
{
    /// <summary>[batch, channels, height, width].</summary>
    Nchw,

    /// <summary>[batch, height, width, channels].</summary>
    Nhwc,
}

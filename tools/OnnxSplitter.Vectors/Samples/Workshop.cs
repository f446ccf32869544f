using OnnxSplitter.Vectors.Cms;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>What vectors are made of, and the usual secrets file that each departs from in one thing.</summary>
internal sealed class Workshop(string folder)
{
    public TestKeys Keys { get; } = new(Path.Combine(folder, "keys"));

    public SampleModel Model { get; } = SampleModel.Plain(folder);

    public SampleModel Typed { get; } = SampleModel.Typed(folder);

    public KeyedSample Keyed { get; } = new(folder);

    public SampleModel Attributes { get; } = SampleModel.OfAttributes(folder);

    /// <summary>The secrets for Alice.</summary>
    public Enveloped Enveloped => new(Model.Payload) { Recipients = [new Recipient(Keys.Alice)] };

    /// <summary>The secrets for Alice, encoded.</summary>
    public byte[] Content => Enveloped.Encode();

    public Signer Signer => new(Keys.Vendor);

    /// <summary>A usual secrets file.</summary>
    public byte[] File => Sign(Content);

    /// <summary>A usual secrets file of another payload.</summary>
    public byte[] Of(byte[] payload, bool compact = false) =>
        Sign(new Enveloped(payload) { Recipients = [new Recipient(Keys.Alice)] }.Encode(), compact);

    /// <summary>Content under the vendor's signature.</summary>
    public byte[] Sign(byte[] content, bool compact = false) =>
        new Signed(content) { Signers = [Signer], Certificates = compact ? [] : null }.Encode();

    /// <summary>The usual content under another signature.</summary>
    public byte[] SignedBy(params Signer[] signers) => new Signed(Content) { Signers = signers }.Encode();

}

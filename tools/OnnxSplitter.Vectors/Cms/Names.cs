namespace OnnxSplitter.Vectors.Cms;

/// <summary>Object identifiers, those that a secrets file holds and those that it must not hold.</summary>
internal static class Names
{
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string EnvelopedData = "1.2.840.113549.1.7.3";

    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string UnknownAttribute = "1.2.840.113549.1.9.25.3";

    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Rsa = "1.2.840.113549.1.1.1";
    public const string RsaOaep = "1.2.840.113549.1.1.7";
    public const string Mgf1 = "1.2.840.113549.1.1.8";
    public const string LabelSource = "1.2.840.113549.1.1.9";
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    public const string TripleDes = "1.2.840.113549.3.7";
    public const string Aes128Cbc = "2.16.840.1.101.3.4.1.2";
    public const string Aes192Cbc = "2.16.840.1.101.3.4.1.22";
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    public const string Aes256Gcm = "2.16.840.1.101.3.4.1.46";
    public const string Aes256Wrap = "2.16.840.1.101.3.4.1.45";
}

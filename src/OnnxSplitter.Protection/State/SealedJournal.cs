using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Protection.State;

/// <summary>Keeps a search's state in a file that only its own job, with its own signer, reads.</summary>
/// <remarks>
/// Form of the file, version 1: magic (8 bytes, the version last), salt (32), nonce (12), ciphertext, tag (16).
/// AES-256-GCM; the key is HKDF-SHA256 of the signer's private key (PKCS#8) with this salt, drawn once per run; the
/// nonce is drawn at every save; the associated data is the job's digest. So nothing of the state lies on the disk in
/// the clear, and every byte is authenticated: the magic by comparison, salt and nonce because they are used.
/// </remarks>
internal sealed class SealedJournal : ISearchJournal, IDisposable
{
    /// <summary>Longest state, bytes.</summary>
    public const int MaxState = 256 * 1024 * 1024;

    private const int SaltLength = 32;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private static readonly int HeaderLength = Magic.Length + SaltLength + NonceLength;

    private readonly string _path;
    private readonly byte[] _jobDigest;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly AesGcm _cipher;

    private SealedJournal(string path, Identity signer, byte[] jobDigest)
    {
        _path = path;
        _jobDigest = jobDigest;
        _cipher = Cipher(signer, _salt);
    }

    /// <inheritdoc/>
    public byte[]? Saved { get; private set; }

    private static ReadOnlySpan<byte> Magic => "OSSTATE\u0001"u8;

    private static ReadOnlySpan<byte> Purpose => "OnnxSplitter search state 1"u8;

    /// <summary>Whether states can be kept for jobs of this signer: its private key has to be exportable.</summary>
    public static bool CanKeepFor(Identity signer)
    {
        try
        {
            Cipher(signer, []).Dispose();
            return true;
        }
        catch (CertificateException)
        {
            return false;
        }
    }

    /// <summary>
    /// Refuses before a search what <see cref="Open"/> would refuse, as far as it can be told by the path.
    /// </summary>
    /// <exception cref="SearchStateFileException">There is no state to go on from.</exception>
    /// <exception cref="OutputExistsException">
    /// There is one, and it is neither to be used nor to be replaced.
    /// </exception>
    public static void Refuse(string path, bool resume, bool force)
    {
        FileCommit.Refuse(path, overwrite: true);
        if (resume && !File.Exists(path))
            throw new SearchStateFileException($"{path} does not exist: there is no search to go on with.", null);
        if (!resume && !force && File.Exists(path))
            throw new OutputExistsException(
                $"{path} exists: an earlier search can go on.",
                "Set Resume to go on with it, or Force to begin anew.")
            {
                Properties = [nameof(ProtectionOptions.Resume), nameof(ProtectionOptions.Force)],
            };
    }

    /// <summary>Opens the state of a job. A state that is there but not to go on from is removed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="signer">Its private key must be exportable.</param>
    /// <param name="jobDigest">Names the job; see <see cref="JobDigest"/>.</param>
    /// <param name="resume">Whether to go on from the file.</param>
    /// <exception cref="SearchStateFileException">The file can't be read.</exception>
    /// <exception cref="SearchStateMismatchException">
    /// It is not this job's or this signer's, or was altered.
    /// </exception>
    /// <exception cref="CertificateException">The private key can't be exported.</exception>
    /// <exception cref="OutputFailedException">A state that is not to be used can't be removed.</exception>
    public static SealedJournal Open(string path, Identity signer, byte[] jobDigest, bool resume)
    {
        var journal = new SealedJournal(path, signer, jobDigest);
        try
        {
            if (resume) journal.Saved = journal.Read(signer);
            else journal.Remove();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="OutputFailedException">The file can't be written, or the state is too long.</exception>
    public void Save(ReadOnlySpan<byte> state)
    {
        if (state.Length > MaxState)
            throw new OutputFailedException(
                $"The state of the search takes {state.Length} bytes; at most {MaxState} are read back.",
                "Allow fewer weights with MaxWeights.")
            {
                Properties = [nameof(SearchSettings.MaxWeights)],
            };
        var file = new byte[HeaderLength + state.Length + TagLength];
        var nonce = file.AsSpan(HeaderLength - NonceLength, NonceLength);
        Magic.CopyTo(file);
        _salt.CopyTo(file, Magic.Length);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(nonce, state, file.AsSpan(HeaderLength, state.Length), file.AsSpan(^TagLength..), _jobDigest);

        using var files = new FileCommit();
        files.Add(_path, overwrite: true, UnixFileMode.UserRead | UnixFileMode.UserWrite).Write(file);
        files.Commit();
    }

    /// <summary>Removes the file, if it is there.</summary>
    /// <exception cref="OutputFailedException">It can't be removed.</exception>
    public void Remove()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFailedException(
                $"{_path} can't be removed: {e.Message}", "Check the folder's permissions.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(Saved);
    }

    private byte[] Read(Identity signer)
    {
        var file = LimitedFile.Read(_path, HeaderLength + MaxState + TagLength, (message, cause) => cause is null
            ? new SearchStateMismatchException(_path)
            : new SearchStateFileException(message, cause));
        if (file.Length < HeaderLength + TagLength || !file.AsSpan().StartsWith(Magic))
            throw new SearchStateMismatchException(_path);
        using var cipher = Cipher(signer, file.AsSpan(Magic.Length, SaltLength));
        var state = new byte[file.Length - HeaderLength - TagLength];
        try
        {
            cipher.Decrypt(
                file.AsSpan(HeaderLength - NonceLength, NonceLength), file.AsSpan(HeaderLength, state.Length),
                file.AsSpan(^TagLength..), state, _jobDigest);
            return state;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SearchStateMismatchException(_path);
        }
    }

    private static AesGcm Cipher(Identity signer, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        try
        {
            SignerKey.Derive(signer, salt, Purpose, key);
            return new AesGcm(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

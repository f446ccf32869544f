using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OnnxSplitter.Tests.Pkcs11;

/// <summary>A software TPM (swtpm), as new: a machine that has just been made, and booted.</summary>
internal sealed class SoftTpm : IDisposable
{
    private readonly Process _process;
    private readonly int _port;

    /// <param name="folder">Where it keeps its state.</param>
    public SoftTpm(string folder)
    {
        // Another may have taken one of the ports meanwhile, and then it ends.
        for (var start = 0; ; start++)
        {
            Assert.True(start < 10, "The software TPM does not start.");
            _port = FreePort();
            _process = Start(folder, _port);
            if (IsReady()) break;
            _process.Dispose();
        }
    }

    /// <summary>What tpm2-tools find it by, as the assignment of a variable.</summary>
    public string Variable => $"TPM2TOOLS_TCTI=swtpm:port={_port}";

    /// <summary>A port that is free; the next is taken to be, for the TPM's control channel.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Skips the test where there is no software TPM, or nothing to use it with.</summary>
    public static void Require()
    {
        Peer.Require("swtpm", "--version");
        Peer.Require("tpm2_print", "--version");
        Peer.Require("openssl", "version");
    }

    /// <summary>Runs a program on it, expecting success.</summary>
    public string Run(string program, params string[] arguments) =>
        Peer.Run("env", [Variable, program, .. arguments]);

    /// <summary>Runs a program on it, whatever comes of it.</summary>
    public int Code(string program, params string[] arguments) => Peer.Code("env", [Variable, program, .. arguments]);

    /// <summary>Measures something: a PCR is another from now on, until the next boot.</summary>
    public void Extend(int register, string value = "1") =>
        Run("tpm2_pcrextend", $"{register}:sha256={value.PadLeft(64, '0')}");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string folder, int port)
    {
        var data = port.ToString(CultureInfo.InvariantCulture);
        var control = (port + 1).ToString(CultureInfo.InvariantCulture);
        return Process.Start(
            "swtpm",
            [
                "socket", "--tpm2", "--tpmstate", $"dir={folder}", "--server", $"type=tcp,port={data},disconnect",
                "--ctrl", $"type=tcp,port={control}", "--flags", "not-need-init,startup-clear",
            ]);
    }

    // By an answer: it listens for control before it listens for commands.
    private bool IsReady()
    {
        for (var i = 0; !_process.HasExited; i++)
        {
            if (Code("tpm2_getcap", "properties-fixed") == 0) return true;
            Assert.True(i < 600, "The software TPM does not answer.");
            Thread.Sleep(50);
        }

        return false;
    }
}

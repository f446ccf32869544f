using OnnxSplitter.Fuzz;

namespace OnnxSplitter.Tests.Tools;

/// <summary>Short runs of <c>tools/OnnxSplitter.Fuzz</c>; the README says how long ones are done.</summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData("envelope")]
    [InlineData("payload")]
    [InlineData("npz")]
    [InlineData("secrets")]
    [InlineData("model")]
    [InlineData("secured")]
    [InlineData("corrections")]
    public void No_mutated_input_is_answered_wrongly(string reader) => Done(reader, "5000", "7");

    [Fact]
    public void Flipped_bits_are_refused_alike() => Done("flips", "41", "200");

    [Theory]
    [InlineData("protect-data")]
    [InlineData("restore")]
    [InlineData("keygen")]
    public void A_killed_command_leaves_files_that_belong_together(string command) => Done("kill", command, "3", "1");

    [Fact]
    public void Refusals_by_the_command_can_be_timed() => Done("times", "1");

    // In a process of its own, whose memory no other test has used.
    [Fact]
    public void Neither_plaintext_nor_keys_stay_in_memory()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Memory is read from /proc.");
        Peer.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Fuzz.dll"), "memory");
    }

    [Fact]
    public void Behind_a_trusted_processs_filter_a_process_can_read_and_compute_alone()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Filters of system calls are Linux's.");
        Done("filter");
    }

    private static void Done(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = FuzzCommand.Run(arguments, output);
        Assert.True(code == 0, output.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());
    }
}

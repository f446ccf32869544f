using System.Runtime.InteropServices;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>
/// Leaves this process, once it serves, with the system calls that serving takes (seccomp): it can no longer start a
/// program, connect anywhere, write or make a file, or look into another process. Whatever else is asked for fails with
/// EPERM.
/// </summary>
/// <remarks>Numbers are those of x86-64 and of arm64 (the latter reviewed, not run).</remarks>
internal static unsafe class SystemCallFilter
{
    private const nint SetModeFilter = 1;
    private const nint AllThreads = 1;

    private const uint Allow = 0x7fff0000;
    private const uint Kill = 0x80000000;
    private const uint NotPermitted = 0x00050000 | 1;
    private const uint NotThere = 0x00050000 | 38;

    // Offsets of the number, of the architecture and of arguments, of which the lower half is looked at.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint FirstArgument = 16;
    private const uint ThirdArgument = 32;

    private const ushort LoadWord = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfSet = 0x45;
    private const ushort Return = 0x06;

    // Of openat: write, read and write, create, truncate, append, nameless. Of clone: a thread. Of prctl: its name.
    private const uint Writing = 3 | 0x40 | 0x200 | 0x400 | 0x400000;
    private const uint ThreadFlag = 0x10000;
    private const uint SetName = 15;

    // Numbers of the other numbering that x86-64 has begin here.
    private const uint OtherNumbering = 0x40000000;

    /// <summary>Applies it to all threads, for good.</summary>
    /// <exception cref="UsageException">The system can't.</exception>
    public static void Apply()
    {
        var numbers = SystemCallNumbers.Here;
        var program = Program(numbers);
        fixed (Instruction* instructions = program)
        {
            var filter = new ProcessCalls.FilterProgram
            {
                Count = (ushort)program.Length,
                Instructions = (nint)instructions,
            };
            if (ProcessCalls.Filter(numbers.Seccomp, SetModeFilter, AllThreads, ref filter) != 0)
                throw new UsageException(
                    "System calls can't be filtered: "
                    + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.",
                    "Run it on a kernel with CONFIG_SECCOMP_FILTER.");
        }
    }

    private static Instruction[] Program(SystemCallNumbers numbers) =>
    [
        new(LoadWord, 0, 0, Architecture),
        new(JumpIfEqual, 1, 0, numbers.Architecture),
        new(Return, 0, 0, Kill),
        new(LoadWord, 0, 0, Number),
        new(JumpIfAtLeast, 0, 1, OtherNumbering),
        new(Return, 0, 0, Kill),

        // Its flags lie in memory, where no filter sees them: callers then use clone.
        new(JumpIfEqual, 0, 1, (uint)numbers.Clone3),
        new(Return, 0, 0, NotThere),
        .. Checked(numbers.OpenAt, ThirdArgument,
            new(And, 0, 0, Writing), new(JumpIfEqual, 0, 1, 0)),
        .. Checked(numbers.NewProcess, FirstArgument, new Instruction(JumpIfSet, 0, 1, ThreadFlag)),
        .. Checked(numbers.Prctl, FirstArgument, new Instruction(JumpIfEqual, 0, 1, SetName)),
        .. numbers.Allowed.SelectMany(number =>
            new[] { new Instruction(JumpIfEqual, 0, 1, (uint)number), new Instruction(Return, 0, 0, Allow) }),
        new(Return, 0, 0, NotPermitted),
    ];

    /// <summary>
    /// Allows a call if a look at one of its arguments says so; the look's last jump falls through then.
    /// </summary>
    private static Instruction[] Checked(int number, uint argument, params Instruction[] look) =>
    [
        new(JumpIfEqual, 0, (byte)(look.Length + 3), (uint)number),
        new(LoadWord, 0, 0, argument),
        .. look,
        new(Return, 0, 0, Allow),
        new(Return, 0, 0, NotPermitted),
    ];

    /// <summary><c>sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);
}

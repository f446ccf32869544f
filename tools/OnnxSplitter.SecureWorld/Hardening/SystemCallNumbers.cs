using System.Runtime.InteropServices;
using OnnxSplitter.Hosting;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>Numbers of Linux's system calls.</summary>
/// <param name="Architecture">What the kernel calls the architecture.</param>
/// <param name="Seccomp">Of <c>seccomp</c>.</param>
/// <param name="OpenAt">Of <c>openat</c>.</param>
/// <param name="NewProcess">Of <c>clone</c>.</param>
/// <param name="Clone3">Of <c>clone3</c>.</param>
/// <param name="Prctl">Of <c>prctl</c>.</param>
/// <param name="Allowed">Of those that serving takes.</param>
internal sealed record SystemCallNumbers(
    uint Architecture, int Seccomp, int OpenAt, int NewProcess, int Clone3, int Prctl, IReadOnlyList<int> Allowed)
{
    private static readonly SystemCallNumbers X64 = new(0xC000003E, 317, 257, 56, 435, 157,
    [
        // read, write, close, stat, fstat, lstat, poll, lseek, mmap, mprotect, munmap, brk, rt_sigaction,
        // rt_sigprocmask, rt_sigreturn
        0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,

        // pread64, readv, writev, access, sched_yield, mremap, mincore, madvise, nanosleep, getpid
        17, 19, 20, 21, 24, 25, 27, 28, 35, 39,

        // accept, sendto, recvfrom, sendmsg, recvmsg, shutdown, getsockname, getpeername, setsockopt, getsockopt
        43, 44, 45, 46, 47, 48, 51, 52, 54, 55,

        // exit, uname, fcntl, ftruncate, getcwd, readlink, gettimeofday, getrusage, sysinfo, getuid, getgid, geteuid,
        // getegid
        60, 63, 72, 77, 79, 89, 96, 98, 99, 102, 104, 107, 108,

        // rt_sigtimedwait, sigaltstack, sched_getparam, sched_getscheduler, sched_get_priority_max and _min, munlock,
        // mlock, gettid, futex, sched_setaffinity, sched_getaffinity, restart_syscall
        128, 131, 143, 145, 146, 147, 149, 150, 186, 202, 203, 204, 219,

        // clock_gettime, clock_getres, clock_nanosleep, exit_group, epoll_wait, epoll_ctl, tgkill, get_mempolicy
        228, 229, 230, 231, 232, 233, 234, 239,

        // newfstatat, readlinkat, ppoll, set_robust_list, epoll_pwait, accept4, eventfd2, epoll_create1, pipe2, getcpu
        262, 267, 271, 273, 281, 288, 290, 291, 293, 309,

        // getrandom, memfd_create, membarrier, statx, rseq
        318, 319, 324, 332, 334,
    ]);

    private static readonly SystemCallNumbers Arm64 = new(0xC00000B7, 277, 56, 220, 435, 167,
    [
        // getcwd, eventfd2, epoll_create1, epoll_ctl, epoll_pwait, fcntl, ftruncate, close, pipe2, lseek, read, write,
        // readv, writev, pread64, ppoll, readlinkat, newfstatat, fstat
        17, 19, 20, 21, 22, 25, 46, 57, 59, 62, 63, 64, 65, 66, 67, 73, 78, 79, 80,

        // exit, exit_group, futex, set_robust_list, nanosleep, clock_gettime, clock_getres, clock_nanosleep,
        // restart_syscall, sched_getscheduler, sched_getparam, sched_setaffinity, sched_getaffinity, sched_yield,
        // sched_get_priority_max and _min, tgkill, sigaltstack, rt_sigaction, rt_sigprocmask, rt_sigtimedwait,
        // rt_sigreturn
        93, 94, 98, 99, 101, 113, 114, 115, 128, 120, 121, 122, 123, 124, 125, 126, 131, 132, 134, 135, 137, 139,

        // uname, getrusage, getcpu, gettimeofday, getpid, getuid, geteuid, getgid, getegid, gettid, sysinfo
        160, 165, 168, 169, 172, 174, 175, 176, 177, 178, 179,

        // accept, getsockname, getpeername, sendto, recvfrom, setsockopt, getsockopt, shutdown, sendmsg, recvmsg
        202, 204, 205, 206, 207, 208, 209, 210, 211, 212,

        // brk, munmap, mremap, mmap, mprotect, mlock, munlock, mincore, madvise, get_mempolicy, accept4, getrandom,
        // memfd_create, membarrier, statx, rseq
        214, 215, 216, 222, 226, 228, 229, 232, 233, 236, 242, 278, 279, 283, 291, 293,
    ]);

    /// <summary>Those of the machine.</summary>
    /// <exception cref="UsageException">They are not known.</exception>
    public static SystemCallNumbers Here => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        var other => throw new UsageException($"A trusted process is not made for {other}.", "Run it on x64 or Arm64."),
    };
}

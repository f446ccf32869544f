#!/usr/bin/env bash
# .NET 10.0 (System.IO.MemoryMappedFiles), seen in November 2026 on Linux, x64, as root or with an unlimited
# RLIMIT_MEMLOCK.
# A view of a memory-mapped file throws when it is disposed, or flushed, in a process that has locked its memory
# (mlockall): .NET asks msync for MS_SYNC and MS_INVALIDATE together, and Linux answers EBUSY to MS_INVALIDATE where
# pages are locked, as POSIX has it. The exception is an IOException, "Device or resource busy", out of Dispose.
# Programs that keep secrets lock their memory; so those can't use this class for memory that they share.
# Seen: "disposed" before mlockall, "IOException: Device or resource busy" after it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
  </PropertyGroup>
</Project>
PROJECT
cat > finding.cs <<'CODE'
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

Try("before mlockall");
if (Calls.LockAll(1 | 2 | 4) != 0) throw new InvalidOperationException("Memory can't be locked here.");
Try("after mlockall");

static void Try(string when)
{
    var path = Path.GetTempFileName();
    using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 1 << 16);
    var view = file.CreateViewAccessor();
    view.Write(0, 1L);
    try
    {
        view.Dispose();
        Console.WriteLine($"{when}: disposed");
    }
    catch (IOException e)
    {
        Console.WriteLine($"{when}: {e.GetType().Name}: {e.Message.Split(" : ")[0]}");
    }

    File.Delete(path);
}

internal static partial class Calls
{
    [LibraryImport("libc", EntryPoint = "mlockall")]
    internal static partial int LockAll(int flags);
}
CODE
dotnet run -c Release | tee seen
diff seen - <<'EXPECTED'
before mlockall: disposed
after mlockall: IOException: Device or resource busy
EXPECTED

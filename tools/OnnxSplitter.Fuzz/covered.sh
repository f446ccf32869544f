#!/usr/bin/env bash
# Fuzzes a reader by the code that inputs reach: covered.sh READER SECONDS FOLDER
# READER is one that `OnnxSplitter.Fuzz` knows. FOLDER keeps what was found; given again, the run goes on from there.
set -euo pipefail
if [ $# -ne 3 ]; then
  echo "Usage: $0 READER SECONDS FOLDER" >&2
  exit 2
fi
reader=$1 seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
command -v afl-fuzz > /dev/null || { echo "This needs afl-fuzz: Debian package afl++." >&2; exit 2; }
command -v sharpfuzz > /dev/null || {
  echo "This needs sharpfuzz on the PATH: dotnet tool install --global SharpFuzz.CommandLine --version 2.3.0" >&2
  exit 2
}
mkdir -p "$3"
folder=$(cd "$3" && pwd)

# Instrumented libraries lie apart from those that are built, and are made anew each time.
rm -rf "$folder/program" "$folder/seeds"
dotnet build -c Release -v q "$here"
cp -r "$here/bin/Release/net10.0" "$folder/program"
dotnet "$folder/program/OnnxSplitter.Fuzz.dll" seeds "$reader" "$folder/seeds"
for library in OnnxSplitter.Onnx OnnxSplitter.Secrets OnnxSplitter.Protection; do
  sharpfuzz "$folder/program/$library.dll"
done

# Methods keep their instrumentation from the first call on, so that the same input always takes the same path. The
# system's own settings are left as they are.
export DOTNET_TieredCompilation=0 AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_AUTORESUME=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FORKSRV_INIT_TMOUT=60000
afl-fuzz -i "$folder/seeds" -o "$folder/found" -G 16384 -m none -t 10000 -V "$seconds" \
  -- dotnet "$folder/program/OnnxSplitter.Fuzz.dll" covered "$reader" > "$folder/log" 2>&1 \
  || { tail -n 20 "$folder/log" >&2; exit 1; }
grep -E '^(execs_done|corpus_count|edges_found|saved_crashes|saved_hangs)' "$folder/found/default/fuzzer_stats"
! ls "$folder"/found/default/crashes/id* "$folder"/found/default/hangs/id* 2> /dev/null

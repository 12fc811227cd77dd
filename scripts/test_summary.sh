#!/usr/bin/env bash
# test_summary.sh JUNIT.xml...: what CTest did, on a few lines: counts, the failures by name, the slowest five. Called by
# ./chalk test with the JUnit files of its passes.
set -euo pipefail

awk '
  /<testcase / {
    match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
    match($0, / time="[^"]*"/); time = substr($0, RSTART + 7, RLENGTH - 8) + 0
    match($0, / status="[^"]*"/); status = substr($0, RSTART + 9, RLENGTH - 10)
    ++total
    seconds[name] = time
    if (status == "fail") failed[++failures] = name
    else if (status != "run") skipped[++skips] = name
  }
  END {
    printf "\n%d tests: %d passed, %d failed, %d not run\n", total, total - failures - skips, failures, skips
    for (i = 1; i <= failures; ++i) printf "  failed: %s\n", failed[i]
    for (i = 1; i <= skips; ++i) printf "  not run: %s\n", skipped[i]
    printf "slowest:"
    for (i = 1; i <= 5 && i <= total; ++i) {
      slowest = ""
      for (name in seconds) if (slowest == "" || seconds[name] > seconds[slowest]) slowest = name
      printf "%s %s %.1f s", i == 1 ? "" : ",", slowest, seconds[slowest]
      delete seconds[slowest]
    }
    printf "\n"
  }' "$@"

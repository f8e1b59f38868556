#!/usr/bin/env bash
# Takes one rule after the other out of the service, and lets tests find what breaks: for the rules of the protocol the
# simulation, for those in lies/ the runs against a store that lies or is damaged. Prints a table of rule, seed and
# violation. If nothing breaks without a rule, that is a failure, unless the patch's name ends with -unproven.
#   tests/mutations/run.sh [seeds] [name...]
#     seeds   how many the simulation tries for each rule (300,000)
#     name    run only the patches with these names
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seeds=${1:-300000}
shift || true
work=$(mktemp -d "${TMPDIR:-/tmp}/mutations.XXXXXX")
trap 'rm -rf "$work"' EXIT
project=tests/S3Scheduler.Api.Tests
tests=$work/$project/bin/Release/net10.0/S3Scheduler.Api.Tests.dll
survived=0

# Copies the files as they are, committed or not. The tests are built once, because a patch changes only the service.
cp -r ./*.props ./*.json .editorconfig BannedSymbols.txt src tests "$work"
find "$work" -type d \( -name TestResults -o -name bin -o -name obj \) -prune -exec rm -rf {} +
build() {
  dotnet build "$work/$1" -c Release -v quiet -nologo -p:RunAnalyzers=false "${@:2}" >"$work/build.log"
}
build "$project" || { cat "$work/build.log"; exit 1; }

echo '| rule taken out | seed | violation |'
echo '|---|---|---|'
for patch in tests/mutations/*.patch tests/mutations/lies/*.patch; do
  name=$(basename "$patch" .patch)
  if (($# > 0)) && [[ " $* " != *" $name "* ]]; then continue; fi
  patch -s -F0 -p0 -d "$work" <"$patch"
  if ! build src/S3Scheduler.Api --no-restore; then
    grep -m1 error "$work/build.log" >&2
    echo "| ${name//-/ } | does not build | |"
    survived=1
    patch -s -F0 -R -p0 -d "$work" <"$patch"
    continue
  fi
  cp "$work/src/S3Scheduler.Api/bin/Release/net10.0/S3Scheduler.Api.dll" "$(dirname "$tests")"
  if [[ $patch = */lies/* ]]; then
    # Some of these rules keep threads from waiting for ever.
    LIE_SEED=1 LIES=400 timeout 300 dotnet "$tests" -noColor -class '*.Tests.Lies.*' >"$work/$name.log" || true
    found=$(grep -m1 -A1 -E '^ *LIE_SEED=1 .* faults$' "$work/$name.log" |
      sed -E '1d; s/\|/\\|/g; s/^ *(.*)$/| 1 | \1 |/' || true)
  else
    SIM_SEEDS=$seeds dotnet "$tests" -noColor -class '*.Simulation.SimulationTests' >"$work/$name.log" || true
    found=$(grep -m1 -E '^ *seed [0-9]+: ' "$work/$name.log" |
      sed -E 's/\|/\\|/g; s/^ *seed ([0-9]+): ([^:]*): (.*)$/| \1 | \2: \3 |/' || true)
  fi
  if [[ -z $found && $name != *-unproven ]]; then survived=1; fi
  echo "| ${name//-/ } ${found:-| nothing was found | |}"
  patch -s -F0 -R -p0 -d "$work" <"$patch"
done
exit "$survived"

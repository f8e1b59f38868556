#!/usr/bin/env bash
# Builds, checks and tests everything. It finds an S3 server, a browser and the programs for the documents' examples, or
# installs them where it can. What it cannot find is not tested, and the last lines say so. With REQUIRE_ALL=1 that is a
# failure.
#   S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY   use this S3 server and start none
#   CHROMIUM                                                   use this browser
#   PYTHON                                                     use this Python; it must have requests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

solution=S3Scheduler.Api.sln
results=TestResults
state=
missing=

step() { printf '\n== %s\n' "$*"; }
miss() { missing+="  $*"$'\n'; }

# Prints how many tests passed, failed and were skipped in all result files. Skipped: counted, but not executed.
count() {
  cat "$results"/*.trx 2>/dev/null | awk '
    function number(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0 }
    /<Counters / {
      passed += number("passed"); skipped += number("total") - number("executed")
      failed += number("failed") + number("error") + number("timeout") + number("aborted")
    }
    END { print passed + 0, failed + 0, skipped + 0 }' || true
}

# Prints each reason why tests were skipped, how many tests gave it, and the name of one of them.
skips() {
  cat "$results"/*.trx 2>/dev/null | awk '
    /<UnitTestResult / {
      name = ""
      if (/ outcome="NotExecuted"/ && match($0, / testName="[^"]*"/)) name = substr($0, RSTART + 11, RLENGTH - 12)
    }
    name != "" && /<Message>/ { sub(/.*<Message>/, ""); sub(/<\/Message>.*/, ""); tests[$0]++; one[$0] = name; name = "" }
    END { for (reason in tests) print "  " tests[reason] " skipped, such as " one[reason] ": " reason }' |
    sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | sort || true
}

finish() {
  local code=$? passed failed skipped
  trap '' INT TERM
  if [[ -n $state ]]; then
    S3_TEST_STATE=$state/server tests/s3-server.sh down || true
    rm -rf "$state"
  fi
  read -r passed failed skipped < <(count)
  if ((failed > 0 && code == 0)); then code=1; fi
  if ((passed + failed == 0)); then miss "no test was run"; fi
  if ((skipped > 0)); then missing+=$(skips)$'\n'; fi
  if [[ -n $missing ]]; then
    printf '\n!! NOT TESTED !!\n%s' "$missing"
    if [[ ${REQUIRE_ALL:-} = 1 ]]; then
      echo "REQUIRE_ALL=1 makes that a failure."
      if ((code == 0)); then code=1; fi
    fi
  fi
  if ((code != 0)); then printf '\nFAILED (exit code %s)\n' "$code"; fi
  printf '\n%s passed, %s failed' "$passed" "$failed"
  if ((skipped > 0)); then printf ', %s skipped' "$skipped"; fi
  echo
  exit "$code"
}

find_server() {
  export S3_TEST_ACCESS_KEY=${S3_TEST_ACCESS_KEY:-test} S3_TEST_SECRET_KEY=${S3_TEST_SECRET_KEY:-testtest}
  if [[ -z ${S3_TEST_ENDPOINT:-} ]]; then
    unset S3_TEST_ENDPOINT
    state=$(mktemp -d "${TMPDIR:-/tmp}/s3-scheduler-test.XXXXXX")
    if tests/s3-server.sh install && S3_TEST_ENDPOINT=$(S3_TEST_STATE=$state/server tests/s3-server.sh up); then
      # It goes with all its data, so the tests need not empty their buckets.
      export S3_TEST_ENDPOINT S3_TEST_DISPOSABLE=1
    else
      unset S3_TEST_ENDPOINT
      miss "a real S3 server: none could be started (see above), and S3_TEST_ENDPOINT is not set"
      return
    fi
  fi
  echo "$S3_TEST_ENDPOINT"
}

# --version shows whether it works: Ubuntu's chromium-browser can be a script that only asks for a snap.
browser_here() {
  local candidate
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    if "$candidate" --version >/dev/null 2>&1; then command -v "$candidate"; return; fi
  done
  return 1
}

install() {
  [[ $EUID = 0 ]] && command -v apt-get >/dev/null || return
  export DEBIAN_FRONTEND=noninteractive
  local get=(apt-get install -y -q --no-install-recommends "$@")
  "${get[@]}" >/dev/null 2>&1 || { apt-get update -q >/dev/null && "${get[@]}" >/dev/null; }
}

find_browser() {
  if CHROMIUM=$(browser_here) || { install chromium && CHROMIUM=$(browser_here); }; then
    export CHROMIUM
    echo "$CHROMIUM"
  else
    unset CHROMIUM
    miss "Swagger UI in a browser: no Chromium was found or could be installed, and CHROMIUM does not name one that works"
  fi
}

python_here() {
  local candidate
  for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
    if "$candidate" -c 'import requests' >/dev/null 2>&1; then command -v "$candidate"; return; fi
  done
  return 1
}

find_clients() {
  if PYTHON=$(python_here) || { install python3-requests && PYTHON=$(python_here); }; then
    export PYTHON
    echo "$PYTHON"
  else
    unset PYTHON
    miss "the example in Python: no python3 with requests was found or could be installed"
  fi
  command -v node || { install nodejs && command -v node; } || miss "the example in JavaScript: node is missing"
  command -v curl || { install curl && command -v curl; } || miss "the examples for the shell: curl is missing"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$results"

step "restore, build"
dotnet restore "$solution" --locked-mode
dotnet build "$solution" --no-restore -c Release

step "formatting"
dotnet format "$solution" --no-restore --verify-no-changes

step "templates"
if command -v cfn-lint >/dev/null; then
  cfn-lint deploy/lambda.yaml deploy/ecs.yaml
else
  echo "cfn-lint is not installed: the tests check the templates, without AWS's own schemas"
fi

step "an S3 server to test against"
find_server

step "a browser to test with"
find_browser

step "programs that run the documents' examples"
find_clients

step "test"
# -m:1 runs one project after the other, because two at once can give their result files the same name. --blame-hang
# names a test that hangs, and ends the run.
dotnet test "$solution" --no-build -c Release -m:1 --logger trx --results-directory "$results" \
  --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none

#!/usr/bin/env bash
# Builds the service with Amazon's hosting, and tests it with a stand-in for Lambda's runtime API. Other builds don't
# contain that hosting, so test.sh leaves these tests out.
#   S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY   use this S3 server and start none
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d "${TMPDIR:-/tmp}/lambda.XXXXXX")
export S3_TEST_ACCESS_KEY=${S3_TEST_ACCESS_KEY:-test} S3_TEST_SECRET_KEY=${S3_TEST_SECRET_KEY:-testtest}
if [[ -z ${S3_TEST_ENDPOINT:-} ]]; then
  export S3_TEST_STATE=$work/server S3_TEST_DISPOSABLE=1
  tests/s3-server.sh install
  S3_TEST_ENDPOINT=$(tests/s3-server.sh up)
  export S3_TEST_ENDPOINT
  trap 'tests/s3-server.sh down; rm -rf "$work"' EXIT
else
  trap 'rm -rf "$work"' EXIT
fi

# Of what is committed, in another folder: what was built without the hosting stays as it is.
git archive HEAD | tar -x -C "$work" --one-top-level=source
cd "$work/source"
properties=(-c Release -p:LambdaHosting=true -p:RestorePackagesWithLockFile=false)
dotnet build tests/S3Scheduler.Api.Tests "${properties[@]}"
dotnet tests/S3Scheduler.Api.Tests/bin/Release/net10.0/S3Scheduler.Api.Tests.dll -noColor -class '*.InAmazonsHosting'

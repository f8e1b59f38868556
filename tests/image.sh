#!/usr/bin/env bash
# Builds the image from what is committed and tries it as a container: its size, a start without settings, and with a
# read-only file system and no rights an upload of 100 MB, its delivery, and a stop that an upload delays.
#   tests/image.sh [argument of docker build...]
# Needs Docker, Git and curl. Prints what it saw; the first thing that is wrong ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

image=s3-scheduler-tried
largest=130000000 # bytes, without the base
content=100000000 # bytes
longest_stop=10   # seconds: Docker kills then
work=$(mktemp -d "${TMPDIR:-/tmp}/image.XXXXXX")
container=
trap 'docker rm -f -v $container >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

fail() { echo "WRONG: $*" >&2; exit 1; }
size() { docker image inspect --format '{{.Size}}' "$1"; }

# Tries a command until it succeeds, for a minute.
until_true() {
  local tries
  for tries in {1..60}; do if "$@"; then return; fi; sleep 1; done
  docker logs "$container"
  fail "after a minute there is still no success: $*"
}

git archive HEAD | tar -x -C "$work" --one-top-level=source
docker build -q -t "$image" "$@" "$work/source"
base=$(awk '/^FROM/ { name = $NF } END { print name }' Dockerfile)
docker image inspect "$base" >/dev/null 2>&1 || docker pull -q "$base"
added=$(($(size "$image") - $(size "$base")))
echo "beyond $base it has $added bytes"
((added < largest)) || fail "more than $largest"

timeout 60 docker run --rm "$image" >"$work/refusal" 2>&1 || true # it must end by itself
grep -q 'nothing says who may call it' "$work/refusal" || fail "without settings it does not say what is missing"

docker run --rm "$image" keys new --name me --scopes schedules:read,schedules:write >"$work/key"
grep -o 'Authentication__.*' "$work/key" >"$work/me.env"
key=$(grep -o 's3s_.*' "$work/key")
container=$(docker run -d --read-only --cap-drop ALL -p 127.0.0.1::8080 --env-file "$work/me.env" "$image")
url=http://$(docker port "$container" 8080/tcp | head -n 1)
until_true curl -fs -o "$work/ready" "$url/health/ready"
[[ $(curl -s -o "$work/stranger" -w '%{http_code}' "$url/schedules") = 401 ]] || fail "a stranger may list schedules"

# Posts a file of this name.
post() {
  curl -sS -f -H "X-Api-Key: $key" -F dueAt="$(date -u +%Y-%m-%dT%H:%M:%SZ)" -F bucket=reports -F key="$1" \
    -F content=@"$work/$1" "${@:2}" "$url/schedules"
}
is_there() { docker exec "$container" test -s /data/reports/large; }
head -c "$content" /dev/urandom >"$work/large"
post large >"$work/schedule"
until_true is_there
sum=$(docker exec "$container" sha256sum /data/reports/large)
[[ ${sum%% *} = $(sha256sum <"$work/large" | cut -d ' ' -f 1) ]] || fail "what was delivered is not what was posted"
echo "with a read-only file system and no rights it took and delivered $content bytes"

post large -v --limit-rate 100k >"$work/cut" 2>&1 &
until_true grep -q '100 Continue' "$work/cut" # the service has begun to read it
began=$SECONDS
docker stop -t "$longest_stop" "$container" >/dev/null
took=$((SECONDS - began))
code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
[[ $code = 0 ]] || fail "it ended with exit code $code, so it was killed"
echo "with an upload under way it ended within $((took + 1)) s of SIGTERM"

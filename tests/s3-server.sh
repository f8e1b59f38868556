#!/usr/bin/env bash
# Starts a real S3 server to test against, on 127.0.0.1 with the keys test / testtest. `down` deletes its data.
#
#   s3-server.sh install    install what it needs (Ceph's packages, as root on Debian or Ubuntu)
#   s3-server.sh up         start it, and print its endpoint and nothing else on stdout
#   s3-server.sh down       stop it, and remove its state
#
# The server is Ceph's Object Gateway if that is installed, else MinIO if Docker works.
# Exit code 3: neither is possible on this machine.
#   S3_TEST_PORT       port of the endpoint; by default the first free one from 7490
#   S3_TEST_MON_PORT   port of Ceph's monitor; by default the next one
#   S3_TEST_STATE      folder for its state, which must not exist before `up`. Each server needs its own
set -euo pipefail

state=${S3_TEST_STATE:-${TMPDIR:-/tmp}/s3-scheduler-test-server}
conf=$state/ceph.conf
minio_image=quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z

say() { echo "s3-server: $*" >&2; }
has_ceph() {
  local tool
  for tool in ceph-mon ceph-mgr ceph-osd ceph radosgw; do command -v "$tool" >/dev/null || return; done
}
has_docker() { docker info >/dev/null 2>&1; }
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

install() {
  if ! has_ceph && [[ $EUID = 0 ]] && command -v apt-get >/dev/null; then
    say "installing Ceph's gateway"
    local get=(apt-get install -y -q --no-install-recommends ceph-mon ceph-mgr ceph-osd ceph-common radosgw)
    export DEBIAN_FRONTEND=noninteractive
    # The package lists can be missing or out of date. They are fetched only if the first try fails.
    "${get[@]}" >/dev/null 2>&1 || { apt-get update -q >/dev/null && "${get[@]}" >/dev/null; } ||
      say "Ceph's packages could not be installed"
  fi
  has_ceph || has_docker || { say "needs Ceph's gateway (root on Debian or Ubuntu installs it) or Docker"; exit 3; }
}

choose_port() {
  port=${S3_TEST_PORT:-7490}
  if [[ -z ${S3_TEST_PORT:-} ]]; then
    while taken "$port" || taken $((port + 1)); do port=$((port + 2)); done
  fi
  mon_port=${S3_TEST_MON_PORT:-$((port + 1))}
  if taken "$port"; then say "port $port is taken"; exit 1; fi
}

# One node that keeps its data in memory.
up_ceph() {
  local osd who
  osd=$(</proc/sys/kernel/random/uuid)
  mkdir "$state"/{mon,mgr,osd,rgw,log,run}
  cat >"$conf" <<END
[global]
fsid = $(</proc/sys/kernel/random/uuid)
mon host = v2:127.0.0.1:$mon_port
ms bind msgr1 = false
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
# do not stop when the disk is nearly full: the data is in memory
mon data avail crit = 0
osd objectstore = memstore
memstore device bytes = 34359738368
# free the memory of deleted objects soon
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw dynamic resharding = false
run dir = $state/run
log file = $state/log/\$name.log
admin socket = $state/run/\$name.asok
pid file = $state/\$name.pid
mon data = $state/mon
mgr data = $state/mgr
osd data = $state/osd
rgw data = $state/rgw
keyring = $state/keyring
END
  ceph-authtool --create-keyring "$state/keyring" --gen-key -n mon. --cap mon 'allow *'
  for who in client.admin mgr.x osd.0 client.rgw; do
    ceph-authtool "$state/keyring" --gen-key -n "$who" --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  done
  monmaptool --create --fsid "$(ceph-conf -c "$conf" --lookup fsid)" --addv a "[v2:127.0.0.1:$mon_port]" "$state/monmap"
  ceph-mon -c "$conf" --mkfs -i a --monmap "$state/monmap" --keyring "$state/keyring"
  ceph-mon -c "$conf" -i a
  ceph-mgr -c "$conf" -i x
  ceph -c "$conf" --connect-timeout 60 osd new "$osd"
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd"
  ceph-osd -c "$conf" -i 0
  # Without tcp_nodelay each response to COPY waits 40 ms for a delayed acknowledgement.
  radosgw -c "$conf" -n client.rgw --rgw-frontends "beast endpoint=127.0.0.1:$port tcp_nodelay=1"
  wait_for /
  radosgw-admin -c "$conf" user create --uid=test --display-name=test --access-key=test --secret-key=testtest
}

up_minio() {
  docker run -d -p "127.0.0.1:$port:9000" -e MINIO_ROOT_USER=test -e MINIO_ROOT_PASSWORD=testtest \
    "$minio_image" server /data >"$state/container"
  wait_for /minio/health/live
}

# Uses bash only, because curl may be missing.
answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&3 && head -n 1 <&3 | grep ' 200') 2>/dev/null
}

wait_for() {
  local try
  for ((try = 0; try < 120; try++)); do
    if answers "$1"; then return; fi
    sleep 0.5
  done
  echo "no answer from port $port within a minute"
  return 1
}

up() {
  local how code
  if has_ceph; then how=up_ceph
  elif has_docker; then how=up_minio
  else say "neither Ceph's gateway nor Docker is here"; exit 3
  fi
  choose_port
  # mkdir without -p fails if the folder exists. So this never takes over the folder of another run or another user.
  mkdir -m 700 "$state" || { say "is it up already? \`$0 down\` removes $state"; exit 1; }
  trap 'code=$?; tail -n 20 "$state/up.log" >&2; down; exit $code' EXIT
  trap 'exit 130' INT TERM
  : >"$state/up.log"
  # The servers must not inherit the caller's stdout: the caller would wait until they end.
  "$how" >"$state/up.log" 2>&1 </dev/null
  trap - EXIT INT TERM
  say "up on port $port (${how#up_})"
  echo "http://127.0.0.1:$port"
}

down() {
  local file pid
  if [[ -s $state/container ]]; then docker rm -f -v "$(<"$state/container")" >/dev/null || true; fi
  for file in "$state"/*.pid; do
    [[ -s $file ]] || continue
    pid=$(<"$file")
    # After a reboot, another process can have this id.
    grep -qF "$conf" "/proc/$pid/cmdline" 2>/dev/null || continue
    kill -9 "$pid" # it has nothing to save
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  done
  rm -rf "$state"
}

case ${1:-} in install | up | down) "$1" ;; *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac

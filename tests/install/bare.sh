#!/usr/bin/env bash
# What the README promises, in a bare Debian 12, as root:
#
#     tests/install/bare.sh FOLDER PACKAGES [--tests]
#     SUITE=trixie tests/install/bare.sh FOLDER PACKAGES [--tests]    # 13
#
# FOLDER: where it lies, or is to lie (made by debootstrap); copies of it are
# used.  PACKAGES: what tests/install/package.sh kept.  Three of these systems:
# one in which the README's first command is run (with --tests the second too,
# which takes long), one that gets the .deb, and one that gets nothing but the
# static program.  Each must find the outages that the README shows.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -ge 2 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
bare=$1 packages=$(cd "$2" && pwd) tests=${3:-}
work=$(mktemp -d)
mounted=

clean()
{
	for path in $mounted; do
		umount "$path"
	done
	rm -rf --one-file-system "$work"
}
trap clean EXIT

if [ ! -e "$bare/etc/debian_version" ]; then
	debootstrap --variant=minbase "${SUITE:-bookworm}" "$bare"
fi

# fresh NAME: a copy of the bare system
fresh()
{
	cp -a "$bare" "$work/$1"
	cp /etc/resolv.conf "$work/$1/etc/resolv.conf"
	mount -t proc proc "$work/$1/proc"
	mounted="$mounted $work/$1/proc"
}

# inside NAME COMMAND
inside()
{
	chroot "$work/$1" /usr/bin/env -i HOME=/root LC_ALL=C TERM=dumb \
	    DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	    bash -euo pipefail -c "$2"
}

# The table that the README shows, and what a report holds besides.
sed -n '/^\$ blackout outages/,/^```/p' README.md | sed '1d;$d' >"$work/table"

# expect NAME FILE: FILE ends with that table
expect()
{
	tail -n "$(wc -l <"$work/table")" "$2" | diff -u "$work/table" - || {
		echo "$1: not what the README shows" >&2
		exit 1
	}
	echo "== $1: as the README shows"
}

run_command=$(grep -m1 '^apt-get .*outages --asn 131279' README.md)
test_command=$(grep -m1 '^apt-get .*&& ctest --preset gcc$' README.md)

fresh sources
mkdir "$work/sources/blackout"
tar -xzf "$packages"/blackout-*.tar.gz -C "$work/sources/blackout" \
    --strip-components=1
inside sources "cd /blackout && $run_command" >"$work/out"
expect "the first command" "$work/out"
if [ "$tests" = --tests ]; then
	inside sources "cd /blackout && $test_command" >"$work/out" ||
	    { grep -A30 -E '^(FAIL|ERROR)|\*\*\*' "$work/out"; exit 1; }
	tail -3 "$work/out"
	echo "== the second command: all tests passed"
fi

# In the same system, where the compilers are: the static program.
suite=$(. "$bare/etc/os-release" && echo "$VERSION_CODENAME")
inside sources "
	echo 'deb-src http://deb.debian.org/debian $suite main' \
	    >/etc/apt/sources.list.d/sources.list
	apt-get update
	apt-get install -y --no-install-recommends dpkg-dev
	cd /root && apt-get source --download-only cjson
	mkdir cjson && tar -xzf cjson_*.orig.tar.gz -C cjson --strip-components=1
	cd /blackout
	cmake --preset static -DBLACKOUT_CJSON_SOURCE=/root/cjson
	cmake --build --preset static" >"$work/out" 2>&1 ||
    { tail -30 "$work/out"; exit 1; }

fresh static
cp "$work/sources/blackout/build/static/blackout" "$work/static/usr/bin"
cp -a testdata "$work/static/"
inside static "blackout outages --asn 131279 /testdata/north-korea-2014" \
    >"$work/out"
expect "the static program" "$work/out"

fresh package
cp "$packages"/*.deb "$work/package/root"
cp -a testdata "$work/package/"
inside package "
	apt-get update >/dev/null
	apt-get install -y --no-install-recommends /root/blackout_*.deb \
	    >/dev/null 2>&1
	blackout outages --asn 131279 /testdata/north-korea-2014" >"$work/out"
expect "the package" "$work/out"
inside package "
	apt-get install -y --no-install-recommends /root/lib*.deb gcc libc6-dev \
	    pkg-config >/dev/null 2>&1
	apt-get purge -y 'blackout' 'libblackout*' >/dev/null 2>&1
	if dpkg -L blackout 2>/dev/null || [ -e /usr/bin/blackout ]; then exit 1; fi"
echo "== the packages go without a trace"

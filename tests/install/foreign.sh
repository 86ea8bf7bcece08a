#!/usr/bin/env bash
# The unit tests, and the inputs kept for fuzzing, on machines of another kind:
#
#     tests/install/foreign.sh i386 FOLDER      32 bit, as it is
#     tests/install/foreign.sh s390x FOLDER     big-endian, by qemu-user
#
# As root, on amd64.  FOLDER: where a Debian 12 lies, or is to lie (made by
# debootstrap): of i386 for i386, bare of amd64 for s390x.  It is changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# = 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
arch=$1 folder=$2
libraries="libc6-dev libbz2-dev zlib1g-dev libcjson-dev libcmocka-dev"

if [ ! -e "$folder/etc/debian_version" ]; then
	debootstrap --variant=minbase \
	    --arch="$([ "$arch" = i386 ] && echo i386 || echo amd64)" \
	    bookworm "$folder"
fi
cp /etc/resolv.conf "$folder/etc/resolv.conf"
rm -rf "$folder/blackout" "$folder/build"
mkdir "$folder/blackout"
git archive HEAD | tar -x -C "$folder/blackout"
mount -t proc proc "$folder/proc"
trap 'umount "$folder/proc"' EXIT

inside()
{
	chroot "$folder" /usr/bin/env -i HOME=/root LC_ALL=C TERM=dumb \
	    DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	    bash -euo pipefail -c "$1"
}

case $arch in
i386)
	inside "apt-get update >/dev/null
		apt-get install -y --no-install-recommends gcc cmake \
		    ninja-build pkg-config python3 $libraries >/dev/null
		cmake -S /blackout -B /build -G Ninja \
		    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBLACKOUT_WERROR=ON"
	;;
s390x)
	inside "dpkg --add-architecture s390x
		apt-get update >/dev/null
		apt-get install -y --no-install-recommends cmake ninja-build \
		    pkg-config python3 gcc-s390x-linux-gnu qemu-user-static \
		    ${libraries// /:s390x }:s390x >/dev/null
		export PKG_CONFIG_LIBDIR=/usr/lib/s390x-linux-gnu/pkgconfig
		cmake -S /blackout -B /build -G Ninja \
		    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBLACKOUT_WERROR=ON \
		    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=s390x \
		    -DCMAKE_C_COMPILER=s390x-linux-gnu-gcc \
		    -DCMAKE_LIBRARY_ARCHITECTURE=s390x-linux-gnu \
		    -DCMAKE_CROSSCOMPILING_EMULATOR=qemu-s390x-static"
	;;
*)
	echo "what is $arch?" >&2
	exit 2
	;;
esac
# qemu adds threads of its own to those that this test counts.
without=-
[ "$arch" = i386 ] || without=unit.test_source_threads
inside "cmake --build /build && ctest --test-dir /build -L 'unit|fuzz' \
    -E '^$without' --output-on-failure"

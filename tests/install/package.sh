#!/usr/bin/env bash
# The source tarball, and the Debian packages made of it, twice:
#
#     tests/install/package.sh [OUT]      OUT: a folder to keep them in
#
# Two builds, in folders of different names and at different times, must give
# the same bytes, and lintian no errors.  Needs git, lintian and dpkg-dev.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^project(blackout VERSION \([^ ]*\).*/\1/p' CMakeLists.txt)
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)

# dist FOLDER: the tarball, as the target "dist" makes it
dist()
{
	cmake -S . -B "$1" -G Ninja -DBLACKOUT_TESTS=OFF >/dev/null
	cmake --build "$1" --target dist >/dev/null
}

# packages FOLDER: unpack the tarball there, build, pack
packages()
{
	mkdir -p "$1"
	tar -xzf "$work/first/blackout-$version.tar.gz" -C "$1" \
	    --strip-components=1
	(
		cd "$1"
		cmake --preset package >/dev/null
		cmake --build --preset package >/dev/null
		cd build/package
		cpack >/dev/null 2>&1
	)
}

dist "$work/first"
sleep 1
dist "$work/second"
cmp "$work"/{first,second}/"blackout-$version.tar.gz"
packages "$work/a"
sleep 1
packages "$work/another-folder"
for file in blackout src/install/libblackout.{so,a} src/docs/blackout.1; do
	cmp "$work"/{a,another-folder}/build/package/"$file"
done
for deb in "$work"/a/build/package/*.deb; do
	cmp "$deb" "$work/another-folder/build/package/${deb##*/}"
	lintian --allow-root --fail-on error "$deb"
done
echo "the same bytes twice:"
(
	cd "$work"
	sha256sum first/*.tar.gz a/build/package/*.deb
)
if [ -n "$out" ]; then
	mkdir -p "$out"
	cp "$work"/first/*.tar.gz "$work"/a/build/package/*.deb "$out"
fi

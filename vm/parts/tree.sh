# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A tree: a folder that becomes a part of the guest's root. The kernel lays
# several parts over each other, so each begins with the same links.

start_tree()
{
	local tree=$1

	mkdir -p "$tree"/usr/{bin,lib,lib64}
	ln -s bin "$tree/usr/sbin"
	ln -s usr/bin "$tree/bin"
	ln -s usr/bin "$tree/sbin"
	ln -s usr/lib "$tree/lib"
	ln -s usr/lib64 "$tree/lib64"
	# mktemp makes it 0700, and users would not get past their own root.
	chmod 755 "$tree"
}

is_elf()
{
	local magic

	LC_ALL=C IFS= read -r -d '' -n 4 magic < "$1"
	[ "$magic" = $'\177ELF' ]
}

# The libraries that the programs in TREE want, its own found before ours.
libraries()
{
	local tree=$1 file

	find "$tree" -type f ! -name '*.ko' -print0 |
		while read -r -d '' file; do
			! is_elf "$file" || printf '%s\0' "$file"
		done |
		LD_LIBRARY_PATH=$tree/usr/lib xargs -0 -r ldd 2>/dev/null |
		grep -oE '(^|[[:space:]])/[^:]+ \(0x' |
		awk '{ print $1 }' | sort -u || :
}

add_libraries()
{
	local tree=$1 library

	libraries "$tree" | while read -r library; do
		[ -e "$tree/${library#"$tree"}" ] ||
			cp -L --parents "$library" "$tree"
	done
}

# The same tree makes the same bytes, so that counted runs can be compared.
pack_tree()
{
	local tree=$1

	find "$tree" -exec touch -h -d @0 {} +
	(cd "$tree" && find . -print0 | LC_ALL=C sort -z |
		cpio -o -0 -H newc -R 0:0 --reproducible --quiet)
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The overlay: the part of the guest's root that belongs to one run. It lies
# over the base and brings what was built, the files put in, and the command.

# The module is in its release's folder for modprobe, and at hand for insmod.
add_modules()
{
	local tree=$1 built=$2 release=$3 modules=$4
	local home=lib/modules/$release

	mkdir -p "$tree/$home/extra" "$tree/root"
	cp "$modules"/modules.{builtin,builtin.modinfo,order} "$tree/$home"
	cp "$built"/*.ko "$tree/$home/extra"
	(cd "$tree/root" && ln -s ../"$home"/extra/*.ko .)
	PATH=$PATH:/sbin depmod -b "$tree" "$release"
}

add_built_programs()
{
	local tree=$1 built=$2

	tar -C "$built" -c . | tar -C "$tree" -x --keep-directory-symlink
}

add_files()
{
	local tree=$1
	shift

	mkdir -p "$tree/put"
	[ $# -eq 0 ] || cp -pL -- "$@" "$tree/put"
}

# A script, so that each argument arrives as it is, whatever is in it.
add_command()
{
	local tree=$1 argument
	shift

	mkdir -p "$tree/etc/guest"
	{
		printf '#!/bin/sh\nexec'
		for argument in "$@"; do
			printf " '%s'" "${argument//\'/\'\\\'\'}"
		done
		echo
	} > "$tree/etc/guest/command"
	chmod +x "$tree/etc/guest/command"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The cache: what is worth keeping from one guest to the next. Everything in it
# may be removed at any time and is made again when it is needed.

cache=${SYNCHMESS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/synchmess}
mkdir -p "$cache"

# Until the caller exits, or closes the descriptor, nobody else makes NAME.
lock_cache()
{
	local name=$1

	exec {cache_lock}> "$cache/$name.lock"
	flock "$cache_lock"
}

# Debian's package lists, unless they know PACKAGE already.
refresh_package_lists()
{
	local sudo=()

	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	apt-cache show "$1" > /dev/null 2>&1 ||
		"${sudo[@]}" apt-get update -qq >&2
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of vm/run and of other programs on this machine have in common:
# run it, look at what it said, print TAP. A test is a function; one that returns
# 77 was skipped.

vm_run=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# keep COMMAND...: run it; its status, output and complaints are kept.
keep()
{
	"$@" > "$work/out" 2> "$work/err"
	status=$?
}

guest() { keep "$vm_run" "$@"; }

ended_with() { [ "$status" -eq "$1" ]; }
said() { [ "$(< "$work/out")" = "$1" ]; }
mentioned() { grep -q -- "$1" "$work/out"; }
complained() { grep -q -- "$1" "$work/err"; }
was_silent() { ! [ -s "$work/err" ]; }

report()
{
	local name=$1 result=$2

	case $result in
	0)
		echo "ok $name"
		passed=$((passed + 1))
		;;
	77)
		echo "ok $name # SKIP"
		passed=$((passed + 1))
		;;
	*)
		echo "not ok $name"
		failed=$((failed + 1))
		echo "# status $status"
		sed 's/^/# /' "$work/out" "$work/err" | head -n 60
		;;
	esac
}

# run_test NAME COMMAND...
run_test()
{
	local name=$1
	shift

	status=none
	truncate -s 0 "$work/out" "$work/err"
	"$@"
	report "$name" $?
}

# The plan, and the status for the script.
sum_up()
{
	echo "1..$((passed + failed))"
	[ "$failed" -eq 0 ]
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# What test scripts have in common. A test is a function that passes when each
# of its commands succeeds; `run FUNCTION...` runs them and prints TAP. A script
# may have a function before_test.

run() {
	echo "1..$#"
	number=0
	failed=0
	for name; do
		number=$((number + 1))
		rm -f /tmp/out /tmp/err
		before_test
		# Not as a condition: that would switch off -e.
		(set -eux; "$name") > /tmp/trace 2>&1
		code=$?
		if [ $code -eq 0 ]; then
			echo "ok $number - $name"
		else
			echo "not ok $number - $name"
			tail -n 20 /tmp/trace | sed 's/^/# /'
			failed=1
		fi
	done
	return $failed
}

before_test() {
	:
}

# ends STATUS COMMAND...: keeps what it said in /tmp/out and /tmp/err
ends() {
	expected=$1
	shift
	status=0
	"$@" > /tmp/out 2> /tmp/err || status=$?
	[ "$status" -eq "$expected" ]
}

# gives TEXT: exactly this was put out, escapes as printf(1) has them
gives() {
	# shellcheck disable=SC2059 # it is a format
	printf "$1" | cmp - /tmp/out
}

# complains LINE: this and nothing else was said on standard error
complains() {
	echo "$1" | cmp - /tmp/err
}

is_silent() {
	[ ! -s /tmp/err ]
}

same() {
	[ "$1" = "$2" ]
}

fails() {
	"$@" || return 0
	echo "this should fail: $*"
	return 1
}

# At most ten seconds.
eventually() {
	for _ in $(seq 1000); do
		"$@" && return
		usleep 10000
	done
	return 1
}

# SPDX-License-Identifier: GPL-2.0
"""Numbers for people."""

from .results import is_number


def amount(number):
    """With three digits at least, and no more than mean something."""
    if number >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def value(parameter, number):
    if not is_number(number):
        return str(number)
    number = int(number) if number == int(number) else number
    if parameter == "bytes" and number:
        for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
            if number % size == 0:
                return f"{number // size} {unit}"
    return f"{number:,}"


def spread(result):
    """How far the repetitions are from the median, as a share of it."""
    median = result["median"]
    if not median:
        return 0
    farthest = max(result["high"] - median, median - result["low"])
    return farthest / median

# SPDX-License-Identifier: GPL-2.0
"""The lines that the bench prints: the machine first, then one for each result."""

import json

OURS = "synchmess"
# What any system call costs is no way to send a message.
YARDSTICKS = ("floor", "getppid", "clock")


class Run:
    def __init__(self, machine, results):
        self.machine = machine
        self.results = results


def read(path):
    with open(path, encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    if not records or "machine" not in records[0]:
        raise ValueError(f"{path}: the first line does not tell the machine")
    return Run(records[0]["machine"], records[1:])


def is_ours(subject):
    return subject == OURS or subject.startswith(OURS + "-")


def is_peer(subject):
    return not is_ours(subject) and subject not in YARDSTICKS


def is_number(value):
    return isinstance(value, (int, float))


def names(result):
    """What tells one result from the others of a run."""
    fields = ("case", "subject", "parameter", "value", "unit", "per")
    return tuple(result.get(field) for field in fields)


def describe(result):
    words = [result["case"], result["subject"]]
    if result.get("parameter"):
        words.append(f"{result['parameter']}={result['value']}")
    return " ".join([*words, "per", result["per"]])

# SPDX-License-Identifier: GPL-2.0
"""What our own subjects took when somebody last said that it was well."""

import json

from .results import describe, is_ours, names

# Instructions can be repeated far better; but compilers differ a little.
TOLERANCE = 0.02
# Who happens to run when decides these, and anything at all changes that.
UNSTEADY = ("crowd", "latency", "load")
KEPT = ("case", "subject", "parameter", "value", "unit", "per", "median")


class Comparison:
    """Lists of sentences about what differs."""

    def __init__(self):
        self.worse = []
        self.better = []
        self.missing = []
        self.new = []

    @property
    def is_well(self):
        return not self.worse and not self.missing


def ours(results):
    return {
        names(result): result
        for result in results
        if is_ours(result["subject"]) and result["case"] not in UNSTEADY
    }


def change(old, new):
    before, after = old["median"], new["median"]
    share = after / before - 1 if before else 0
    return share, f"{describe(new)}: {before:g} -> {after:g} {new['unit']}, {share:+.1%}"


def compare(old_results, new_results):
    old, new = ours(old_results), ours(new_results)
    comparison = Comparison()
    for key, result in old.items():
        if key not in new:
            comparison.missing.append(describe(result))
            continue
        share, sentence = change(result, new[key])
        if share > TOLERANCE:
            comparison.worse.append(sentence)
        elif share < -TOLERANCE:
            comparison.better.append(sentence)
    comparison.new = [describe(result) for key, result in new.items() if key not in old]
    return comparison


def write(path, run):
    """One line for each result, so that a difference of two versions can be read."""
    kept = [
        json.dumps({field: result.get(field) for field in KEPT})
        for result in ours(run.results).values()
    ]
    lines = ",\n    ".join(kept)
    path.write_text(
        "{\n"
        '  "licence": "SPDX-License-Identifier: GPL-2.0",\n'
        f'  "machine": {json.dumps(run.machine)},\n'
        f'  "results": [\n    {lines}\n  ]\n'
        "}\n",
        encoding="utf-8",
    )

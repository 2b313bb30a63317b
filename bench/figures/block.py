# SPDX-License-Identifier: GPL-2.0
"""A block: the results that can stand in one table, or in one plot."""

from .results import OURS, is_number, is_ours, is_peer


class Block:
    def __init__(self, case, parameter, unit, per):
        self.case = case
        self.parameter = parameter
        self.unit = unit
        self.per = per
        self.results = {}

    def add(self, result):
        self.results[result["subject"], result.get("value")] = result

    @property
    def title(self):
        text = f"{self.case}: {self.unit} per {self.per}"
        return f"{text}, by {self.parameter}" if self.parameter else text

    @property
    def subjects(self):
        """Ours first, peers, then what is there to compare with only."""
        seen = dict.fromkeys(subject for subject, _ in self.results)
        return sorted(seen, key=lambda subject: (not is_ours(subject), not is_peer(subject)))

    @property
    def values(self):
        seen = list(dict.fromkeys(value for _, value in self.results))
        return sorted(seen) if all(map(is_number, seen)) else seen

    def get(self, subject, value):
        return self.results.get((subject, value))

    def median(self, subject, value):
        result = self.get(subject, value)
        return result["median"] if result else None

    def best_peer(self, value):
        """The median of the peer that has the least."""
        medians = [
            result["median"]
            for (subject, at), result in self.results.items()
            if at == value and is_peer(subject)
        ]
        return min(medians, default=None)

    @property
    def own(self):
        """The subject of ours that is compared with the others."""
        subjects = self.subjects
        return OURS if OURS in subjects else subjects[0]

    def ratio(self, value, other):
        own = self.median(self.own, value)
        return own / other if own is not None and other else None


def blocks(results):
    """In the order in which the bench came to them."""
    found = {}
    for result in results:
        kind = (result["case"], result.get("parameter"), result["unit"], result["per"])
        found.setdefault(kind, Block(*kind)).add(result)
    return list(found.values())

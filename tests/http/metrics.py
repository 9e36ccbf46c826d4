"""Reads the text that Prometheus reads."""

import re

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)?,?\}})? (\S+)(?: -?\d+)?\Z")


class Metrics:
    def __init__(self, text):
        self.types = {}
        self.samples = {}  # (name, frozenset of (label, value)) -> number
        assert text.endswith("\n")
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in self.types and kind in (
                    "counter",
                    "gauge",
                    "histogram",
                    "summary",
                )
                self.types[name] = kind
            elif line and not line.startswith("#"):
                sample = _SAMPLE.match(line)
                assert sample, f"not a sample: {line!r}"
                labels = frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', sample[2] or ""))
                assert (sample[1], labels) not in self.samples, f"given twice: {line!r}"
                self.samples[sample[1], labels] = float(sample[3])
        for name, _ in self.samples:
            assert self.type_of(name), f"{name} has no TYPE"

    def type_of(self, name):
        return self.types.get(name) or self.types.get(re.sub(r"_(bucket|sum|count)\Z", "", name))

    def sum(self, name, **labels):
        """All samples of that name with those labels, added."""
        found = [
            value
            for (sample, has), value in self.samples.items()
            if sample == name and has >= set(labels.items())
        ]
        assert found, f"no {name} {labels}"
        return sum(found)

    def check_histograms(self):
        """Fails unless the buckets of each histogram grow up to its count."""
        series = {}
        for (name, labels), value in self.samples.items():
            if self.type_of(name) == "histogram" and name.endswith("_bucket"):
                bound = next(bound for label, bound in labels if label == "le")
                rest = frozenset(label for label in labels if label[0] != "le")
                series.setdefault((name.removesuffix("_bucket"), rest), []).append(
                    (float(bound), value)
                )
        assert series
        for (name, labels), buckets in series.items():
            values = [value for _, value in sorted(buckets)]
            assert values == sorted(values), f"{name} {labels}: {buckets}"
            assert max(buckets)[0] == float("inf")
            assert values[-1] == self.samples[f"{name}_count", labels]
            assert (f"{name}_sum", labels) in self.samples

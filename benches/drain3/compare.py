"""Drain3's grouping of the messages of `message_accuracy`, at its defaults and with masking: one JSON row a line on standard input."""

import collections
import json
import sys

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

MASKS = [
    MaskingInstruction(r"\b(?=\w*\d)[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\b", "ID"),
    MaskingInstruction(r"[-+]?\b\d[\d.,]*\b", "NUMBER"),
]


def measure(name, rows, masks):
    config = TemplateMinerConfig()
    config.masking_instructions = masks
    config.profiling_enabled = False
    miner = TemplateMiner(config=config)
    clusters = [miner.add_log_message(row["message"])["cluster_id"] for row in rows]
    groups, sizes = collections.defaultdict(list), collections.Counter(row["template"] for row in rows)
    for row, cluster in zip(rows, clusters):
        groups[cluster].append(row["template"])
    right = [group for group in groups.values() if len(set(group)) == 1 and len(group) == sizes[group[0]]]
    merges = sum(len(set(group)) > 1 for group in groups.values())
    accuracy = sum(map(len, right)) / len(rows)
    f1 = 2 * len(right) / (len(groups) + len(sizes))
    print(f"{name:10} groups {len(groups):4}  GA {accuracy:.3f}  FGA {f1:.3f}  wrong merges {merges}")


def main():
    rows = [json.loads(line) for line in sys.stdin]
    measure("drain3", rows, [])
    measure("drain3+ids", rows, MASKS)


main()

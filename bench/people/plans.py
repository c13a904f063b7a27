"""What the database does for a query, and whether that grows with the tables."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Rows that a list may look at for a page of twenty: hidden people, and the other side of a join, cost some.
MOST_ROWS = 2_000
# PostgreSQL takes the generic plan once that costs, by its own estimate, no more than the custom ones did on average;
# one that costs so many times as much is never taken.
NEVER_TAKEN = 10


@dataclass(frozen=True)
class Plan:
    """`mode` says whether the values were known: `custom`, or `generic` as in a statement prepared long ago."""

    mode: str
    tree: dict[str, Any]
    execution_ms: float

    @property
    def cost(self) -> float:
        """PostgreSQL's own estimate."""
        return float(self.tree["Total Cost"])

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Every step of it."""
        waiting = [self.tree]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", [])

    def rows_looked_at(self) -> int:
        """Those that scans found, and those that they threw away."""
        words = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        scans = (node for node in self.nodes() if "Relation Name" in node)
        return round(sum(sum(node.get(word, 0) for word in words) * node["Actual Loops"] for node in scans))

    def complaints(self, big: set[str]) -> list[str]:
        """What must not be: a look at every row of a big table, a count, a page that looks at thousands of rows."""
        found = []
        for node in self.nodes():
            if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in big:
                found.append(f"reads all of {node['Relation Name']}")
            if "Aggregate" in node["Node Type"]:
                found.append("counts")
        if self.rows_looked_at() > MOST_ROWS:
            found.append(f"looks at {self.rows_looked_at():,} rows")
        return found

    def lines(self, depth: int = 0, node: dict[str, Any] | None = None) -> Iterator[str]:
        """The steps, one a line, with rows and buffers."""
        node = self.tree if node is None else node
        where = " ".join(str(node[word]) for word in ("Index Name", "Relation Name") if word in node)
        buffers = node.get("Shared Hit Blocks", 0) + node.get("Shared Read Blocks", 0)
        loops = f" x {node['Actual Loops']}" if node["Actual Loops"] != 1 else ""
        yield f"{'  ' * depth}{node['Node Type']} {where}: {node['Actual Rows']:g} rows{loops}, {buffers} buffers"
        for part in node.get("Plans", []):
            yield from self.lines(depth + 1, part)


def explain(sql: str, params: Any) -> list[Plan]:
    """The plan with the values known, and the one that a prepared statement comes to."""
    return [explained(sql, params, mode=mode) for mode in ("custom", "generic")]


def explained(sql: str, params: Any, *, mode: str) -> Plan:
    """Runs it, once to warm up and once to look."""
    numbered = sql
    for n in range(1, len(params or ()) + 1):
        numbered = numbered.replace("%s", f"${n}", 1)
    arguments = f"({', '.join(['%s'] * len(params))})" if params else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SET plan_cache_mode = force_{mode}_plan")
        cursor.execute(f"PREPARE looked_at AS {numbered.replace('%%', '%')}")
        # Values stand in the statement itself: EXECUTE takes no parameters.
        call = connection.ops.compose_sql(f"EXECUTE looked_at{arguments}", params or ())
        cursor.execute(call)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {call}")
        [answer] = cursor.fetchone()
        cursor.execute("DEALLOCATE looked_at")
        cursor.execute("RESET plan_cache_mode")
    told = json.loads(answer) if isinstance(answer, str) else answer
    return Plan(mode=mode, tree=told[0]["Plan"], execution_ms=told[0]["Execution Time"])

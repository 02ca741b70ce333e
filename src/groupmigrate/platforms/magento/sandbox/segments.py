"""Customer segments, which are rules: only their names are told, and how many customers each has."""

from __future__ import annotations

from typing import Any

from groupmigrate.platforms.magento.sandbox.call import Call

SEGMENTS = "sandbox/segments"
"""The setting that names them, with commas between; a practice shop computes no members."""


def find(call: Call) -> dict[str, Any]:
    """GET customerSegments/search (OpenAPI file of Adobe Commerce as a Cloud Service, July 2026, read)."""
    names = [name for name in call.shop.setting(SEGMENTS).split(",") if name]
    items = [
        {
            "id": number,
            "name": name,
            "is_active": 1,
            "apply_to": 0,
            "number_of_customers": 0,
            "associated_websites": [],
        }
        for number, name in enumerate(names, start=1)
    ]
    return {"items": items, "search_criteria": {"filter_groups": []}, "total_count": len(items)}

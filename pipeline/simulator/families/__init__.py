"""Families of markup: one module of addresses and one template each, as different as real portals are.

What belongs here: the register of families. What does not: portals and postings (`scenario`).
"""

from __future__ import annotations

from pipeline.simulator.families.base import Family
from pipeline.simulator.families.sharepoint import SharePoint
from pipeline.simulator.families.webforms import WebForms
from pipeline.simulator.families.wordpress import WordPress

FAMILIES: dict[str, type[Family]] = {family.name: family for family in (SharePoint, WebForms, WordPress)}

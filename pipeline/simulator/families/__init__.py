"""Families of markup: one module of addresses and one template each, as different as real portals are.

What belongs here: the register of families, which one a portal has at a moment. What does not: portals and postings
(`scenario`).
"""

from __future__ import annotations

from datetime import datetime

from pipeline.simulator.families.base import Family
from pipeline.simulator.families.cards import Cards
from pipeline.simulator.families.dotnetnuke import DotNetNuke
from pipeline.simulator.families.joomla import Joomla
from pipeline.simulator.families.liferay import Liferay
from pipeline.simulator.families.nukeviet import NukeViet
from pipeline.simulator.families.sharepoint import SharePoint
from pipeline.simulator.families.static_site import StaticSite
from pipeline.simulator.families.table2008 import Table2008
from pipeline.simulator.families.webforms import WebForms
from pipeline.simulator.families.wordpress import WordPress
from pipeline.simulator.scenario import Portal
from pipeline.simulator.site import Site

FAMILIES: dict[str, type[Family]] = {family.name: family for family in (
    Cards, DotNetNuke, Joomla, Liferay, NukeViet, SharePoint, StaticSite, Table2008, WebForms, WordPress,
)}


def family_at(portal: Portal, moment: datetime, host: str) -> Family:
    """Return the portal's family at a moment, with those before it as far as their addresses lead on."""
    site = Site(portal, moment)
    former: Family | None = None
    family = portal.family
    for redesign in (r for r in portal.redesigns if r.at <= moment):
        former = FAMILIES[family](site, host, former) if redesign.old == "redirect" else None
        family = redesign.family
    return FAMILIES[family](site, host, former)

"""Who is watched: units through time, their portals, and the files that say so."""

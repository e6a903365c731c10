-- What a list showed, of whatever group: a posting is new only where no list showed it before.
ALTER TABLE section_observation ADD COLUMN shown VARCHAR[];
UPDATE section_observation SET shown = [];
ALTER TABLE section_observation ALTER COLUMN shown SET NOT NULL;

-- How a list looked: to tell one that was redesigned, or is no longer read, from one that the office emptied.
ALTER TABLE section_observation ADD COLUMN dated INTEGER;
ALTER TABLE section_observation ADD COLUMN titles INTEGER;
ALTER TABLE section_observation ADD COLUMN platform VARCHAR;
ALTER TABLE section_observation ADD COLUMN ended BOOLEAN;
UPDATE section_observation SET dated = 0, titles = 0, ended = false;
ALTER TABLE section_observation ALTER COLUMN dated SET NOT NULL;
ALTER TABLE section_observation ALTER COLUMN titles SET NOT NULL;
ALTER TABLE section_observation ALTER COLUMN ended SET NOT NULL;

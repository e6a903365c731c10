-- A posting may have several addresses: each is a location, told apart by address, title and text.
ALTER TABLE posting_sighting ADD COLUMN location_id VARCHAR;
UPDATE posting_sighting SET location_id = posting_id;
ALTER TABLE posting_sighting ALTER COLUMN location_id SET NOT NULL;
ALTER TABLE posting_sighting ADD COLUMN title_key VARCHAR;
UPDATE posting_sighting SET title_key = lower(strip_accents(title));
ALTER TABLE posting_sighting ALTER COLUMN title_key SET NOT NULL;
ALTER TABLE posting_sighting ADD COLUMN text_digest VARCHAR;
ALTER TABLE posting_sighting ADD COLUMN form VARCHAR;
UPDATE posting_sighting SET form = CASE WHEN role = 'standing' THEN 'standing' ELSE 'item' END;
ALTER TABLE posting_sighting ALTER COLUMN form SET NOT NULL;
ALTER TABLE posting_sighting ADD COLUMN review_reasons VARCHAR[];
UPDATE posting_sighting SET review_reasons = CASE WHEN needs_review THEN ['group'] ELSE [] END;
ALTER TABLE posting_sighting ALTER COLUMN review_reasons SET NOT NULL;
ALTER TABLE posting_sighting ADD COLUMN unread_cause VARCHAR;
ALTER TABLE posting ADD COLUMN trail VARCHAR;
UPDATE posting SET trail = '';
ALTER TABLE posting ALTER COLUMN trail SET NOT NULL;
ALTER TABLE posting ADD COLUMN review_reasons VARCHAR[];
UPDATE posting SET review_reasons = CASE WHEN needs_review THEN ['group'] ELSE [] END;
ALTER TABLE posting ALTER COLUMN review_reasons SET NOT NULL;
CREATE TABLE posting_location (
  "posting_id" VARCHAR NOT NULL,
  "location_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "first_seen" TIMESTAMPTZ NOT NULL,
  "last_seen" TIMESTAMPTZ NOT NULL
);
INSERT INTO posting_location
SELECT posting_id, posting_id, unit_id, url, first_seen, last_seen FROM posting;

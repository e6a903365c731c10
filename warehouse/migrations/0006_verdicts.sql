-- Earlier months by the structure of a later one.
CREATE TABLE fact_series_monthly (
  month DATE NOT NULL,
  series_month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  n_postings INTEGER,
  n_results INTEGER,
  origins VARCHAR[] NOT NULL
);
-- A figure carries the coverage that proves it, down to the lists and their captures; the database refuses one without.
ALTER TABLE portal_observation ADD COLUMN kind VARCHAR;
UPDATE portal_observation SET kind = 'watch';
ALTER TABLE portal_observation ALTER COLUMN kind SET NOT NULL;
ALTER TABLE fact_coverage_monthly RENAME TO old_coverage;
CREATE TABLE fact_coverage_monthly (
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  assessed BOOLEAN NOT NULL,
  cause VARCHAR NOT NULL,
  detail VARCHAR NOT NULL,
  sections INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  pagination_complete BOOLEAN NOT NULL,
  observations INTEGER NOT NULL,
  observed_until TIMESTAMPTZ NOT NULL,
  crawl_id VARCHAR,
  coverage_id VARCHAR NOT NULL,
  CHECK (assessed = (cause = 'none')),
  CHECK (NOT assessed OR crawl_id IS NOT NULL)
);
INSERT INTO fact_coverage_monthly BY NAME
SELECT * REPLACE (CASE WHEN assessed THEN 'none' WHEN cause = 'none' THEN 'not_crawled' ELSE cause END AS cause),
  strftime(month, '%Y-%m') || '/' || unit_id AS coverage_id
FROM old_coverage;
DROP TABLE old_coverage;
CREATE TABLE fact_section_coverage_monthly (
  month DATE NOT NULL,
  coverage_id VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  portal_id VARCHAR NOT NULL,
  section_url VARCHAR NOT NULL,
  trail VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  crawl_id VARCHAR,
  observed_at TIMESTAMPTZ,
  pages INTEGER NOT NULL,
  valid_pages INTEGER NOT NULL,
  items INTEGER NOT NULL,
  oldest DATE,
  complete BOOLEAN NOT NULL,
  to_end BOOLEAN NOT NULL,
  budget_hit BOOLEAN NOT NULL,
  cause VARCHAR NOT NULL,
  detail VARCHAR NOT NULL,
  captures VARCHAR[] NOT NULL
);
ALTER TABLE fact_postings_monthly RENAME TO old_postings;
CREATE TABLE fact_postings_monthly (
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  n_postings INTEGER,
  n_doubtful INTEGER,
  latest_posting_date DATE,
  undated INTEGER,
  coverage_id VARCHAR,
  CHECK (n_postings IS NULL OR coverage_id IS NOT NULL)
);
INSERT INTO fact_postings_monthly BY NAME
SELECT *, CASE WHEN n_postings IS NOT NULL THEN strftime(month, '%Y-%m') || '/' || unit_id END AS coverage_id
FROM old_postings;
DROP TABLE old_postings;
ALTER TABLE fact_unit_monthly RENAME TO old_unit;
CREATE TABLE fact_unit_monthly (
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  n_postings INTEGER,
  n_results INTEGER,
  latest_posting_date DATE,
  latest_posting_state VARCHAR NOT NULL,
  n_undated_stock INTEGER,
  coverage_id VARCHAR,
  CHECK (n_postings IS NULL OR coverage_id IS NOT NULL),
  CHECK (n_results IS NULL OR n_postings IS NOT NULL)
);
INSERT INTO fact_unit_monthly BY NAME
SELECT *, CASE WHEN n_postings IS NOT NULL THEN strftime(month, '%Y-%m') || '/' || unit_id END AS coverage_id
FROM old_unit;
DROP TABLE old_unit;
ALTER TABLE fact_checklist_monthly RENAME TO old_checklist;
CREATE TABLE fact_checklist_monthly (
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  n INTEGER,
  m INTEGER,
  evidence VARCHAR[] NOT NULL,
  coverage_id VARCHAR,
  cause VARCHAR NOT NULL,
  CHECK (n IS NULL OR coverage_id IS NOT NULL),
  CHECK (status NOT IN ('missing', 'removed') OR coverage_id IS NOT NULL),
  CHECK ((status = 'not_assessable') = (cause <> 'none'))
);
INSERT INTO fact_checklist_monthly BY NAME
SELECT *,
  CASE WHEN n IS NOT NULL OR status IN ('missing', 'removed') THEN strftime(month, '%Y-%m') || '/' || unit_id END
    AS coverage_id,
  CASE WHEN status = 'not_assessable' THEN 'not_to_end' ELSE 'none' END AS cause
FROM old_checklist;
DROP TABLE old_checklist;
CREATE TABLE recheck_waiting (
  kind VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  portal_id VARCHAR NOT NULL,
  posting_id VARCHAR,
  location_id VARCHAR,
  url VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  cause VARCHAR NOT NULL,
  first_missed TIMESTAMPTZ,
  checks_done INTEGER NOT NULL,
  last_checked TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,
  watched_month DATE
);
-- What analysts decided and noted: kept in the workspace's reviews/*.csv, loaded from there.
CREATE TABLE review_verdict (
  verdict_id VARCHAR NOT NULL,
  place INTEGER NOT NULL,
  month DATE NOT NULL,
  subject VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  portal_id VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  location_id VARCHAR NOT NULL,
  title_key VARCHAR NOT NULL,
  text_digest VARCHAR NOT NULL,
  about VARCHAR NOT NULL,
  ruling VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  commune_id VARCHAR NOT NULL,
  posted_on DATE,
  reason VARCHAR NOT NULL,
  made_by VARCHAR NOT NULL,
  made_at TIMESTAMPTZ NOT NULL,
  supersedes VARCHAR NOT NULL
);
CREATE TABLE review_note (
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  text VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  made_by VARCHAR NOT NULL,
  made_at TIMESTAMPTZ NOT NULL,
  note_id VARCHAR NOT NULL
);
-- Postings through time: what was edited, moved, reposted or backdated, and what later months know of earlier ones.
ALTER TABLE posting_sighting ADD COLUMN text_length INTEGER;
ALTER TABLE posting_sighting ADD COLUMN files_digest VARCHAR;
ALTER TABLE posting_sighting ADD COLUMN moved_to VARCHAR;
ALTER TABLE posting ADD COLUMN gone_confirmed_at TIMESTAMPTZ;
ALTER TABLE posting ADD COLUMN backdated BOOLEAN;
UPDATE posting SET backdated = false;
ALTER TABLE posting ALTER COLUMN backdated SET NOT NULL;
ALTER TABLE posting ADD COLUMN edits INTEGER;
UPDATE posting SET edits = 0;
ALTER TABLE posting ALTER COLUMN edits SET NOT NULL;
ALTER TABLE posting_location ADD COLUMN portal_id VARCHAR;
UPDATE posting_location SET portal_id = s.portal_id
FROM (SELECT location_id, min(portal_id) AS portal_id FROM posting_sighting GROUP BY location_id) s
WHERE s.location_id = posting_location.location_id;
UPDATE posting_location SET portal_id = '' WHERE portal_id IS NULL;
ALTER TABLE posting_location ALTER COLUMN portal_id SET NOT NULL;
ALTER TABLE posting_location ADD COLUMN posted_on DATE;
ALTER TABLE posting_location ADD COLUMN state VARCHAR;
UPDATE posting_location SET state = p.state FROM posting p WHERE p.posting_id = posting_location.posting_id;
UPDATE posting_location SET state = 'live' WHERE state IS NULL;
ALTER TABLE posting_location ALTER COLUMN state SET NOT NULL;
CREATE TABLE posting_edit (
  posting_id VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  old VARCHAR NOT NULL,
  new VARCHAR NOT NULL,
  seen_before TIMESTAMPTZ NOT NULL,
  seen_after TIMESTAMPTZ NOT NULL,
  capture_before VARCHAR NOT NULL,
  capture_after VARCHAR NOT NULL
);
CREATE TABLE fact_known_monthly (
  month DATE NOT NULL,
  counted_month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  n_postings INTEGER
);
-- What the programme's rules say of units, month by month.
CREATE TABLE finding (
  month DATE NOT NULL,
  finding_id VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  rule_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  facts VARCHAR NOT NULL,
  evidence VARCHAR[] NOT NULL,
  note VARCHAR NOT NULL,
  recommendation VARCHAR NOT NULL,
  first_raised DATE NOT NULL,
  state VARCHAR NOT NULL,
  resolved_in DATE
);
-- Issued months: what was issued, frozen, and what later knowledge says of it.
CREATE TABLE release (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  vintage INTEGER NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  issued_by VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  obstacles VARCHAR[] NOT NULL,
  observed_until TIMESTAMPTZ NOT NULL,
  programme_id VARCHAR NOT NULL,
  programme_version INTEGER NOT NULL,
  programme_digest VARCHAR NOT NULL,
  registry_digest VARCHAR NOT NULL,
  reviews_digest VARCHAR NOT NULL,
  tool_version VARCHAR NOT NULL,
  replay_version VARCHAR NOT NULL,
  n_captures INTEGER NOT NULL,
  captures_digest VARCHAR NOT NULL,
  earlier VARCHAR[] NOT NULL,
  workbooks VARCHAR[] NOT NULL,
  reproduced BOOLEAN NOT NULL
);
CREATE TABLE released_capture (
  release_id VARCHAR NOT NULL,
  capture_id VARCHAR NOT NULL,
  digest VARCHAR,
  file VARCHAR,
  "offset" BIGINT,
  length BIGINT
);
CREATE TABLE released_coverage_monthly (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  assessed BOOLEAN NOT NULL,
  cause VARCHAR NOT NULL,
  detail VARCHAR NOT NULL,
  sections INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  pagination_complete BOOLEAN NOT NULL,
  observations INTEGER NOT NULL,
  observed_until TIMESTAMPTZ NOT NULL,
  crawl_id VARCHAR,
  coverage_id VARCHAR NOT NULL,
  CHECK (assessed = (cause = 'none')),
  CHECK (NOT assessed OR crawl_id IS NOT NULL)
);
CREATE TABLE released_postings_monthly (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  n_postings INTEGER,
  n_doubtful INTEGER,
  latest_posting_date DATE,
  undated INTEGER,
  coverage_id VARCHAR,
  CHECK (n_postings IS NULL OR coverage_id IS NOT NULL)
);
CREATE TABLE released_unit_monthly (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  n_postings INTEGER,
  n_results INTEGER,
  latest_posting_date DATE,
  latest_posting_state VARCHAR NOT NULL,
  n_undated_stock INTEGER,
  coverage_id VARCHAR,
  CHECK (n_postings IS NULL OR coverage_id IS NOT NULL),
  CHECK (n_results IS NULL OR n_postings IS NOT NULL)
);
CREATE TABLE released_checklist_monthly (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  n INTEGER,
  m INTEGER,
  evidence VARCHAR[] NOT NULL,
  coverage_id VARCHAR,
  cause VARCHAR NOT NULL,
  CHECK (n IS NULL OR coverage_id IS NOT NULL),
  CHECK (status NOT IN ('missing', 'removed') OR coverage_id IS NOT NULL),
  CHECK ((status = 'not_assessable') = (cause <> 'none'))
);
CREATE TABLE released_finding (
  release_id VARCHAR NOT NULL,
  month DATE NOT NULL,
  finding_id VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  rule_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  facts VARCHAR NOT NULL,
  evidence VARCHAR[] NOT NULL,
  note VARCHAR NOT NULL,
  recommendation VARCHAR NOT NULL,
  first_raised DATE NOT NULL,
  state VARCHAR NOT NULL,
  resolved_in DATE
);
CREATE TABLE released_posting (
  release_id VARCHAR NOT NULL,
  posting_id VARCHAR NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  form VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  commune_id VARCHAR,
  topic VARCHAR,
  confidence DOUBLE NOT NULL,
  needs_review BOOLEAN NOT NULL,
  candidates VARCHAR[] NOT NULL,
  cues VARCHAR[] NOT NULL,
  displayed_on DATE,
  posted_on DATE,
  posted_on_raw VARCHAR,
  posted_on_source VARCHAR,
  counted_month DATE,
  counted_by VARCHAR NOT NULL,
  first_seen TIMESTAMPTZ NOT NULL,
  first_capture_id VARCHAR NOT NULL,
  bounded_from TIMESTAMPTZ,
  last_seen TIMESTAMPTZ NOT NULL,
  last_capture_id VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  first_missed TIMESTAMPTZ,
  locations INTEGER NOT NULL,
  trail VARCHAR NOT NULL,
  review_reasons VARCHAR[] NOT NULL,
  document_number VARCHAR,
  document_type VARCHAR,
  gone_confirmed_at TIMESTAMPTZ,
  backdated BOOLEAN NOT NULL,
  edits INTEGER NOT NULL
);
CREATE TABLE restatement (
  month DATE NOT NULL,
  earlier_month DATE NOT NULL,
  unit_id VARCHAR NOT NULL,
  programme_id VARCHAR NOT NULL,
  figure VARCHAR NOT NULL,
  release_id VARCHAR NOT NULL,
  issued INTEGER,
  known INTEGER,
  reasons VARCHAR[] NOT NULL,
  evidence VARCHAR[] NOT NULL
);

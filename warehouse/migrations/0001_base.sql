-- The warehouse as it was at version 1. Frozen: later files say what changed since.
CREATE TABLE "unit_version" (
  "unit_id" VARCHAR NOT NULL,
  "name" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "parent_id" VARCHAR,
  "position" INTEGER NOT NULL,
  "valid_from" DATE NOT NULL,
  "valid_to" DATE,
  "instrument" VARCHAR NOT NULL
);

CREATE TABLE "unit_succession" (
  "predecessor_id" VARCHAR NOT NULL,
  "successor_id" VARCHAR,
  "on" DATE NOT NULL,
  "kind" VARCHAR NOT NULL,
  "instrument" VARCHAR NOT NULL
);

CREATE TABLE "portal" (
  "portal_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "valid_from" DATE NOT NULL,
  "valid_to" DATE,
  "render" VARCHAR NOT NULL,
  "robots_exemption" VARCHAR NOT NULL,
  "tls_exemption" VARCHAR NOT NULL
);

CREATE TABLE "capture" (
  "month" DATE NOT NULL,
  "capture_id" VARCHAR NOT NULL,
  "crawl_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "portal_id" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "final_url" VARCHAR NOT NULL,
  "fetched_at" TIMESTAMPTZ NOT NULL,
  "status" INTEGER,
  "outcome" VARCHAR NOT NULL,
  "cause" VARCHAR NOT NULL,
  "detail" VARCHAR NOT NULL,
  "digest" VARCHAR,
  "content_type" VARCHAR NOT NULL,
  "size" BIGINT NOT NULL,
  "file" VARCHAR,
  "offset" BIGINT,
  "length" BIGINT,
  "refers_to" VARCHAR,
  "role" VARCHAR NOT NULL
);

CREATE TABLE "portal_observation" (
  "month" DATE NOT NULL,
  "crawl_id" VARCHAR NOT NULL,
  "portal_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "observed_at" TIMESTAMPTZ NOT NULL,
  "observed" BOOLEAN NOT NULL,
  "cause" VARCHAR NOT NULL,
  "detail" VARCHAR NOT NULL,
  "sections" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "articles" INTEGER NOT NULL,
  "failed_articles" INTEGER NOT NULL
);

CREATE TABLE "section_observation" (
  "month" DATE NOT NULL,
  "crawl_id" VARCHAR NOT NULL,
  "portal_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "section_url" VARCHAR NOT NULL,
  "trail" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  "pages" INTEGER NOT NULL,
  "valid_pages" INTEGER NOT NULL,
  "items" INTEGER NOT NULL,
  "oldest" DATE,
  "complete" BOOLEAN NOT NULL,
  "to_end" BOOLEAN NOT NULL,
  "cause" VARCHAR NOT NULL,
  "captures" VARCHAR[] NOT NULL
);

CREATE TABLE "posting_sighting" (
  "month" DATE NOT NULL,
  "crawl_id" VARCHAR NOT NULL,
  "capture_id" VARCHAR NOT NULL,
  "portal_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "posting_id" VARCHAR NOT NULL,
  "seen_at" TIMESTAMPTZ NOT NULL,
  "presence" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  "section_url" VARCHAR NOT NULL,
  "trail" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "url" VARCHAR NOT NULL,
  "title" VARCHAR NOT NULL,
  "displayed_on" DATE,
  "posted_on" DATE,
  "posted_on_raw" VARCHAR,
  "posted_on_source" VARCHAR,
  "implausible_date" VARCHAR,
  "document_number" VARCHAR,
  "attachments" INTEGER NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "commune_id" VARCHAR,
  "topic" VARCHAR,
  "confidence" DOUBLE NOT NULL,
  "needs_review" BOOLEAN NOT NULL,
  "candidates" VARCHAR[] NOT NULL,
  "cues" VARCHAR[] NOT NULL
);

CREATE TABLE "posting" (
  "posting_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "programme_id" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "title" VARCHAR NOT NULL,
  "form" VARCHAR NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "commune_id" VARCHAR,
  "topic" VARCHAR,
  "confidence" DOUBLE NOT NULL,
  "needs_review" BOOLEAN NOT NULL,
  "candidates" VARCHAR[] NOT NULL,
  "cues" VARCHAR[] NOT NULL,
  "displayed_on" DATE,
  "posted_on" DATE,
  "posted_on_raw" VARCHAR,
  "posted_on_source" VARCHAR,
  "counted_month" DATE,
  "counted_by" VARCHAR NOT NULL,
  "first_seen" TIMESTAMPTZ NOT NULL,
  "first_capture_id" VARCHAR NOT NULL,
  "bounded_from" TIMESTAMPTZ,
  "last_seen" TIMESTAMPTZ NOT NULL,
  "last_capture_id" VARCHAR NOT NULL,
  "state" VARCHAR NOT NULL,
  "first_missed" TIMESTAMPTZ,
  "locations" INTEGER NOT NULL
);

CREATE TABLE "fact_coverage_monthly" (
  "month" DATE NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "assessed" BOOLEAN NOT NULL,
  "cause" VARCHAR NOT NULL,
  "detail" VARCHAR NOT NULL,
  "sections" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "pagination_complete" BOOLEAN NOT NULL,
  "observations" INTEGER NOT NULL,
  "observed_until" TIMESTAMPTZ NOT NULL,
  "crawl_id" VARCHAR
);

CREATE TABLE "fact_postings_monthly" (
  "month" DATE NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "programme_id" VARCHAR NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "n_postings" INTEGER,
  "n_doubtful" INTEGER,
  "latest_posting_date" DATE,
  "undated" INTEGER
);

CREATE TABLE "fact_unit_monthly" (
  "month" DATE NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "programme_id" VARCHAR NOT NULL,
  "n_postings" INTEGER,
  "n_results" INTEGER,
  "latest_posting_date" DATE,
  "latest_posting_state" VARCHAR NOT NULL,
  "n_undated_stock" INTEGER
);

CREATE TABLE "fact_checklist_monthly" (
  "month" DATE NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "programme_id" VARCHAR NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "status" VARCHAR NOT NULL,
  "n" INTEGER,
  "m" INTEGER,
  "evidence" VARCHAR[] NOT NULL
);

CREATE TABLE "fact_delta_monthly" (
  "month" DATE NOT NULL,
  "programme_id" VARCHAR NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "n_postings" INTEGER,
  "n_postings_previous" INTEGER,
  "change" INTEGER,
  "n_new" INTEGER NOT NULL,
  "n_removed" INTEGER NOT NULL,
  "n_units_posting" INTEGER,
  "n_units_posting_previous" INTEGER,
  "n_units_assessed" INTEGER
);

CREATE TABLE "delta_posting_monthly" (
  "month" DATE NOT NULL,
  "unit_id" VARCHAR NOT NULL,
  "posting_id" VARCHAR NOT NULL,
  "change" VARCHAR NOT NULL,
  "group_id" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "title" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "displayed_on" DATE,
  "posted_on" DATE,
  "first_seen" TIMESTAMPTZ NOT NULL,
  "last_seen" TIMESTAMPTZ NOT NULL,
  "capture_id" VARCHAR NOT NULL
);

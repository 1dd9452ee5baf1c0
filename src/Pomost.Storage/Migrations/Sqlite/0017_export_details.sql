-- More of what export runs measured: pages, packages, what was new, waits for our own limit and rests, and the process at work (null = none).
ALTER TABLE export_run ADD COLUMN new_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE export_run ADD COLUMN pages BIGINT NOT NULL DEFAULT 0;
ALTER TABLE export_run ADD COLUMN packages BIGINT NOT NULL DEFAULT 0;
ALTER TABLE export_run ADD COLUMN limit_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE export_run ADD COLUMN rest_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE export_run ADD COLUMN state_at BIGINT;
ALTER TABLE export_run ADD COLUMN worker TEXT;
ALTER TABLE export_run ADD COLUMN resumed_at BIGINT;
ALTER TABLE export_run ADD COLUMN resumed_from BIGINT;

-- Records done in each ten seconds (slot = Unix time / 10 s), for the rate; kept for a day.
CREATE TABLE export_pace (
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  done BIGINT NOT NULL,
  PRIMARY KEY (account_id, run_id, slot)
);

-- Values of orders by currency, in ten-thousandths, as a dry run met them: to be sent, or there already.
CREATE TABLE export_sum (
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  currency TEXT NOT NULL,
  to_send BOOLEAN NOT NULL,
  orders BIGINT NOT NULL,
  ten_thousandths BIGINT NOT NULL,
  PRIMARY KEY (account_id, run_id, currency, to_send)
);

-- People that a dry run read, by the e-mail consent they have.
CREATE TABLE export_state (
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (account_id, run_id, state)
);

-- Which records a dry run would send or leave out, by list, and a few of them field by field. Personal data: kept for a day.
CREATE TABLE export_preview_row (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  list TEXT NOT NULL,
  source_id TEXT NOT NULL,
  email TEXT,
  sample TEXT
);
CREATE INDEX export_preview_row_by_list ON export_preview_row (account_id, run_id, list, id);

-- Whoever wants to be told by e-mail when a long run has ended; removed once told.
CREATE TABLE export_notice (
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  language TEXT NOT NULL,
  PRIMARY KEY (account_id, run_id)
);

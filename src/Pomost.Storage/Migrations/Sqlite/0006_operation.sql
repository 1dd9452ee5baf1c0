-- Calls a minute a destination may be sent.
ALTER TABLE destination ADD COLUMN requests_per_minute BIGINT;

-- What a store waits for, and what its exports have read of their budget. Apart from store_run, whose row every commit locks.
CREATE TABLE store_pace (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  waiting_reason TEXT,
  waiting_until BIGINT,
  budget_window BIGINT,
  budget_spent BIGINT,
  PRIMARY KEY (account_id, store_id)
);

-- Where a shop's webhooks stand.
CREATE TABLE webhook_state (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  address TEXT,
  repaired BIGINT NOT NULL,
  checked_at BIGINT,
  last_seen_at BIGINT,
  PRIMARY KEY (account_id, store_id)
);

-- Changes that a poll or a comparison found although a webhook should have told, by day of the shop's calendar.
CREATE TABLE webhook_lost (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, day)
);

-- What somebody was or is to be told about. Store 0 = the whole account. No personal data.
CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  opened_at BIGINT NOT NULL,
  resolved_at BIGINT,
  told TEXT NOT NULL
);
CREATE UNIQUE INDEX alert_open ON alert (account_id, store_id, kind) WHERE state = 'Open';
CREATE INDEX alert_by_account ON alert (account_id, id);

-- Thresholds and where alerts go.
CREATE TABLE alert_settings (
  account_id BIGINT NOT NULL PRIMARY KEY,
  options TEXT NOT NULL,
  protected_secret TEXT
);

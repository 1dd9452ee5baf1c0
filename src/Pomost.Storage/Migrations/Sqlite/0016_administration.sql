-- A key's beginning, its end, the stores it opens, who made it, and the key that took its place.
ALTER TABLE api_key ADD COLUMN prefix TEXT;
ALTER TABLE api_key ADD COLUMN expires_at BIGINT;
ALTER TABLE api_key ADD COLUMN store_ids TEXT;
ALTER TABLE api_key ADD COLUMN created_by TEXT;
ALTER TABLE api_key ADD COLUMN replaced_by BIGINT;

CREATE INDEX audit_entry_by_user ON audit_entry (account_id, user_id, id);
CREATE INDEX audit_entry_by_subject ON audit_entry (account_id, subject, id);

-- Addresses that an account wants its events told to.
CREATE TABLE webhook_subscription (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  tells_email BOOLEAN NOT NULL,
  is_paused BOOLEAN NOT NULL,
  protected_secret TEXT NOT NULL,
  protected_old_secret TEXT,
  old_secret_until BIGINT,
  created_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  failing_since BIGINT,
  not_before BIGINT NOT NULL,
  last_success_at BIGINT
);
CREATE INDEX webhook_subscription_of_account ON webhook_subscription (account_id, id);

-- What is owed to them. People stand in it by the number of their contact alone.
CREATE TABLE webhook_message (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  subscription_id BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX webhook_message_waiting ON webhook_message (account_id, subscription_id, not_before) WHERE state = 'Waiting';
CREATE INDEX webhook_message_of_subscription ON webhook_message (account_id, subscription_id, id);

CREATE TABLE webhook_attempt (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  subscription_id BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  event TEXT NOT NULL,
  at BIGINT NOT NULL,
  status BIGINT,
  problem TEXT,
  ms BIGINT NOT NULL
);
CREATE INDEX webhook_attempt_of_subscription ON webhook_attempt (account_id, subscription_id, id);

-- Requests made to a shop or a destination, by minute, all processes together.
CREATE TABLE api_use (
  account_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  minute BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  PRIMARY KEY (account_id, subject, minute)
);

-- Processes at work on this database; of no account.
CREATE TABLE node (
  name TEXT NOT NULL PRIMARY KEY,
  version TEXT NOT NULL,
  roles TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  clock_ahead BIGINT NOT NULL
);

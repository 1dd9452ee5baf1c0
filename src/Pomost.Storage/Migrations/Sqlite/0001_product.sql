-- Times are Unix milliseconds UTC. Names of states and reasons are stored as words. Every key begins with the account.

-- People. The columns of the four app_user tables are those of ASP.NET Core Identity, schema version 3.
CREATE TABLE app_user (
  id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT,
  normalized_user_name TEXT,
  email TEXT,
  normalized_email TEXT,
  email_confirmed BOOLEAN NOT NULL,
  password_hash TEXT,
  security_stamp TEXT,
  concurrency_stamp TEXT,
  phone_number TEXT,
  phone_number_confirmed BOOLEAN NOT NULL,
  two_factor_enabled BOOLEAN NOT NULL,
  lockout_end BIGINT,
  lockout_enabled BOOLEAN NOT NULL,
  access_failed_count INTEGER NOT NULL,
  full_name TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  processing_consent_wording TEXT NOT NULL,
  news_consent_wording TEXT
);
CREATE UNIQUE INDEX app_user_by_name ON app_user (normalized_user_name);
CREATE INDEX app_user_by_email ON app_user (normalized_email);

CREATE TABLE app_user_claim (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  claim_type TEXT,
  claim_value TEXT
);
CREATE INDEX app_user_claim_by_user ON app_user_claim (user_id);

CREATE TABLE app_user_login (
  login_provider TEXT NOT NULL,
  provider_key TEXT NOT NULL,
  provider_display_name TEXT,
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  PRIMARY KEY (login_provider, provider_key)
);
CREATE INDEX app_user_login_by_user ON app_user_login (user_id);

CREATE TABLE app_user_token (
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  login_provider TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT,
  PRIMARY KEY (user_id, login_provider, name)
);

CREATE TABLE app_user_passkey (
  credential_id BLOB NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  data TEXT NOT NULL
);
CREATE INDEX app_user_passkey_by_user ON app_user_passkey (user_id);

-- Keys that encrypt cookies and stored secrets.
CREATE TABLE data_protection_key (
  id INTEGER PRIMARY KEY,
  friendly_name TEXT NOT NULL,
  xml TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Tenants and what they connected.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  last_store_number INTEGER NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE membership (
  account_id BIGINT NOT NULL REFERENCES account (id),
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, user_id)
);
CREATE INDEX membership_by_user ON membership (user_id);

CREATE TABLE destination (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES account (id),
  is_hub BOOLEAN NOT NULL,
  endpoint TEXT NOT NULL,
  client_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  protected_secrets TEXT NOT NULL,
  UNIQUE (account_id, id)
);

CREATE TABLE store (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES account (id),
  number INTEGER NOT NULL,
  destination_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  platform TEXT NOT NULL,
  address TEXT NOT NULL,
  location TEXT NOT NULL,
  settings TEXT NOT NULL,
  protected_secrets TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT,
  webhook_token TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (account_id, number),
  UNIQUE (account_id, slug),
  UNIQUE (account_id, id),
  FOREIGN KEY (account_id, destination_id) REFERENCES destination (account_id, id)
);
CREATE UNIQUE INDEX store_by_webhook_token ON store (webhook_token);

-- The fence: every commit of a run locks its row here and compares the epoch.
CREATE TABLE store_run (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  last_delivery_at BIGINT,
  PRIMARY KEY (account_id, store_id)
);
CREATE INDEX store_run_by_due ON store_run (due_at);

-- A row here wakes the store. Apart from store_run, so that receiving a webhook never waits for a page being committed.
CREATE TABLE store_wake (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id)
);

CREATE TABLE stream_cursor (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, name)
);

-- Changes on their way in.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  kind TEXT NOT NULL,
  source_id TEXT,
  facts TEXT,
  received_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL
);
CREATE INDEX inbox_by_store ON inbox (account_id, store_id, id);

-- The mirror: what the shop gave last and what was decided about it.
CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  source_id TEXT,
  from_account BOOLEAN NOT NULL,
  has_account BOOLEAN NOT NULL,
  data TEXT NOT NULL,
  first_name_key TEXT,
  last_name_key TEXT,
  phone_key TEXT,
  email_state TEXT NOT NULL,
  email_at BIGINT,
  email_source TEXT NOT NULL,
  email_wording TEXT,
  sms_state TEXT NOT NULL,
  sms_at BIGINT,
  sms_source TEXT NOT NULL,
  sms_wording TEXT,
  sharing_consented BOOLEAN NOT NULL,
  has_bought BOOLEAN NOT NULL,
  wanted_hash TEXT,
  wanted_tags TEXT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX contact_by_email ON contact (account_id, email_key, store_id);
CREATE INDEX contact_by_change ON contact (account_id, changed_at, id);
CREATE INDEX contact_by_first_name ON contact (account_id, first_name_key) WHERE first_name_key IS NOT NULL;
CREATE INDEX contact_by_last_name ON contact (account_id, last_name_key) WHERE last_name_key IS NOT NULL;
CREATE INDEX contact_by_phone ON contact (account_id, phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX contact_rejected ON contact (account_id, store_id) WHERE outcome = 'Rejected';

CREATE TABLE shop_order (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  source_id TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  email_key TEXT,
  placed_at BIGINT NOT NULL,
  data TEXT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX shop_order_by_source ON shop_order (account_id, store_id, source_id);
CREATE INDEX shop_order_by_number ON shop_order (account_id, number);
CREATE INDEX shop_order_by_buyer ON shop_order (account_id, email_key, store_id, placed_at) WHERE email_key IS NOT NULL;
CREATE INDEX shop_order_rejected ON shop_order (account_id, store_id) WHERE outcome = 'Rejected';

-- What people said, line by line. Nobody changes or removes a line.
CREATE TABLE consent_entry (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  channel TEXT NOT NULL,
  previous TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT,
  source TEXT NOT NULL,
  wording TEXT,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX consent_entry_by_email ON consent_entry (account_id, store_id, email_key, id);
CREATE TRIGGER consent_entry_is_never_changed BEFORE UPDATE ON consent_entry
BEGIN
  SELECT RAISE(ABORT, 'The consent ledger is append-only.');
END;
CREATE TRIGGER consent_entry_is_never_removed BEFORE DELETE ON consent_entry
BEGIN
  SELECT RAISE(ABORT, 'The consent ledger is append-only.');
END;

-- What is owed to the destination. Lane 0 is live traffic; other lanes are export runs.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  sent_epoch BIGINT,
  email_key TEXT NOT NULL,
  source_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  event_kind TEXT,
  event_external_id TEXT,
  event_location TEXT,
  export_run_id BIGINT,
  counted BOOLEAN NOT NULL,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  problem TEXT
);
CREATE INDEX delivery_by_lane ON delivery (account_id, store_id, lane, id) WHERE state <> 'Dead';
CREATE INDEX delivery_of_contact ON delivery (account_id, store_id, email_key, id) WHERE kind = 'Contact' AND state <> 'Dead';

-- One row per event ever owed: whatever is here is not sent a second time.
CREATE TABLE event_ledger (
  account_id BIGINT NOT NULL,
  destination_id BIGINT NOT NULL,
  location TEXT NOT NULL,
  kind TEXT NOT NULL,
  external_id TEXT NOT NULL,
  store_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  reserved_at BIGINT NOT NULL,
  sent_at BIGINT,
  confirmed_at BIGINT,
  PRIMARY KEY (account_id, destination_id, location, kind, external_id)
) WITHOUT ROWID;

-- Each record's story.
CREATE TABLE trace (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  source_id TEXT NOT NULL,
  email_key TEXT,
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  answers TEXT NOT NULL,
  export_run_id BIGINT,
  detail TEXT,
  at BIGINT NOT NULL
);
CREATE INDEX trace_by_record ON trace (account_id, store_id, stream, source_id, id);
CREATE INDEX trace_by_account ON trace (account_id, id);

CREATE TABLE export_run (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT,
  cursor TEXT,
  read_to_end BOOLEAN NOT NULL,
  total BIGINT,
  read_count BIGINT NOT NULL,
  to_send BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  shop_ms BIGINT NOT NULL,
  destination_ms BIGINT NOT NULL,
  own_ms BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  started_by TEXT,
  UNIQUE (account_id, store_id, number)
);
CREATE UNIQUE INDEX export_run_unfinished ON export_run (account_id, store_id, kind)
  WHERE state IN ('Scheduled', 'Running', 'Paused', 'Failed');

CREATE TABLE export_run_skip (
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (account_id, run_id, code)
);

CREATE TABLE export_reject (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  source_id TEXT NOT NULL,
  email TEXT,
  field TEXT NOT NULL,
  code TEXT NOT NULL,
  value TEXT,
  first_seen BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  UNIQUE (account_id, run_id, source_id, field)
);
CREATE INDEX export_reject_by_run ON export_reject (account_id, run_id, id);

-- Deliveries counted by hour, so that the dashboard need not count rows.
CREATE TABLE delivered_hour (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, hour)
);

-- The hub: accounts with their users, contacts, tags, events, consent history and files of finished jobs.
-- Times are Unix milliseconds UTC; ids of contacts and events are time-ordered UUIDs in lower case.

CREATE TABLE hub_account (
  account_id INTEGER NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL, -- encrypted
  name TEXT NOT NULL,
  is_partner BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  properties TEXT,
  items TEXT NOT NULL,
  job_count BIGINT NOT NULL DEFAULT 0
);

-- An address belongs to one account of the hub, because log-in names no account.
CREATE TABLE hub_user (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  email_key TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  failed_log_ins BIGINT NOT NULL DEFAULT 0,
  locked_until BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, email_key)
);

CREATE TABLE hub_token (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  hash TEXT NOT NULL UNIQUE,
  user_email TEXT NOT NULL,
  secret TEXT, -- the token itself, encrypted, where it may stand in for the account's secret
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, hash)
);

CREATE TABLE hub_key (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  webhook_url TEXT,
  expires_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, hash)
);

-- What plugins tell the vendor about the merchant.
CREATE TABLE hub_merchant (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  owner TEXT NOT NULL,
  merchant_id TEXT NOT NULL,
  card TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, owner)
);

CREATE TABLE hub_contact (
  account_id BIGINT NOT NULL,
  contact_id TEXT NOT NULL,
  email_key TEXT NOT NULL, -- the address in lower case
  email TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  name TEXT,
  phone TEXT,
  fax TEXT,
  company TEXT,
  external_id TEXT,
  state TEXT NOT NULL,
  street TEXT,
  zip_code TEXT,
  city TEXT,
  country TEXT,
  province TEXT,
  birthday TEXT,
  language TEXT,
  email_consent BIGINT NOT NULL, -- 0 no statement, 1 granted, 2 withdrawn
  phone_consent BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  extras TEXT, -- JSON: properties, dictionary properties, consent details, loyalty programmes
  PRIMARY KEY (account_id, contact_id)
);
CREATE UNIQUE INDEX hub_contact_email ON hub_contact (account_id, email_key);
CREATE INDEX hub_contact_modified ON hub_contact (account_id, modified_at, contact_id);
CREATE INDEX hub_contact_created ON hub_contact (account_id, created_at, contact_id);

CREATE TABLE hub_contact_tag (
  account_id BIGINT NOT NULL,
  tag TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  points BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, contact_id, tag)
) WITHOUT ROWID;
CREATE INDEX hub_contact_tag_name ON hub_contact_tag (account_id, tag);

-- Who said what about a consent, when, through which call; never changed, only erased with the person.
CREATE TABLE hub_consent (
  account_id BIGINT NOT NULL,
  contact_id TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  channel BIGINT NOT NULL, -- 0 e-mail, 1 phone
  consent BIGINT NOT NULL, -- 1 granted, 2 withdrawn, 3 requested
  at BIGINT NOT NULL,
  source TEXT NOT NULL,
  owner TEXT,
  PRIMARY KEY (account_id, contact_id, consent_id)
) WITHOUT ROWID;

CREATE TABLE hub_event (
  account_id BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at BIGINT NOT NULL,
  products TEXT,
  value TEXT,
  location TEXT,
  description TEXT,
  external_id TEXT,
  scope TEXT NOT NULL, -- the location, or the contact where there is none
  shop_domain TEXT,
  details TEXT, -- JSON: detail1 to detail20
  PRIMARY KEY (account_id, event_id)
);
CREATE UNIQUE INDEX hub_event_once ON hub_event (account_id, external_id, type, scope) WHERE external_id IS NOT NULL;
CREATE INDEX hub_event_contact ON hub_event (account_id, contact_id, at);

CREATE TABLE hub_job (
  account_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  secret TEXT NOT NULL,
  file TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX hub_job_created ON hub_job (account_id, created_at);

-- People: consents with time and language, choices, log-ins that can be ended, teams, mail, settings of the installation.
ALTER TABLE app_user ADD COLUMN processing_consent_at BIGINT;
ALTER TABLE app_user ADD COLUMN processing_consent_language TEXT;
ALTER TABLE app_user ADD COLUMN news_consent_at BIGINT;
ALTER TABLE app_user ADD COLUMN news_consent_language TEXT;
ALTER TABLE app_user ADD COLUMN news_consent_withdrawn_at BIGINT;
ALTER TABLE app_user ADD COLUMN is_operator BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE app_user ADD COLUMN theme TEXT;
ALTER TABLE app_user ADD COLUMN time_zone TEXT;
ALTER TABLE app_user ADD COLUMN is_dense BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE app_user ADD COLUMN has_shortcuts BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE app_user ADD COLUMN last_seen_at BIGINT;
-- Until now consents were given at registration, and the first person owned the installation.
UPDATE app_user SET processing_consent_at = created_at, processing_consent_language = language;
UPDATE app_user SET news_consent_at = created_at, news_consent_language = language WHERE news_consent_wording IS NOT NULL;
UPDATE app_user SET is_operator = true
  WHERE id = (SELECT user_id FROM membership WHERE role = 'Owner' ORDER BY account_id, created_at, user_id LIMIT 1);

-- Ids of stores as a JSON list; null = all.
ALTER TABLE membership ADD COLUMN stores TEXT;

CREATE TABLE login_session (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  account_id BIGINT,
  device TEXT NOT NULL,
  address TEXT,
  life BIGINT NOT NULL, -- milliseconds after its last use
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX login_session_of_user ON login_session (user_id);
CREATE INDEX login_session_by_expiry ON login_session (expires_at);

CREATE TABLE invitation (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  role TEXT NOT NULL,
  stores TEXT,
  language TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_by_token ON invitation (token_hash);
CREATE UNIQUE INDEX invitation_of_account ON invitation (account_id, email_key);

-- Mail belongs to the installation. What it says is encrypted.
CREATE TABLE mail (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  protected_letter TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_try_at BIGINT,
  problem TEXT,
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX mail_by_next_try ON mail (next_try_at);

CREATE TABLE installation (
  id BIGINT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL
);

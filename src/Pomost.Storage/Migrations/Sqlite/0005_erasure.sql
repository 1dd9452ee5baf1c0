-- Who a person of the consent ledger is. Erasure removes this row: the lines stay as evidence, and nobody can tell whose they are.
CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  email_key TEXT NOT NULL
);
CREATE UNIQUE INDEX person_by_email ON person (account_id, email_key);

-- What people said, line by line. Nobody changes or removes a line.
CREATE TABLE consent_line (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  previous TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT,
  source TEXT NOT NULL,
  wording TEXT,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX consent_line_by_person ON consent_line (account_id, person_id, store_id, id);
INSERT INTO person (account_id, email_key) SELECT DISTINCT account_id, email_key FROM consent_entry;
INSERT INTO consent_line (account_id, store_id, person_id, channel, previous, state, at, source, wording, recorded_at)
SELECT e.account_id, e.store_id, p.id, e.channel, e.previous, e.state, e.at, e.source, e.wording, e.recorded_at
FROM consent_entry AS e JOIN person AS p ON p.account_id = e.account_id AND p.email_key = e.email_key ORDER BY e.id;
DROP TABLE consent_entry;
CREATE TRIGGER consent_line_is_never_changed BEFORE UPDATE ON consent_line
BEGIN
  SELECT RAISE(ABORT, 'The consent ledger is append-only.');
END;
CREATE TRIGGER consent_line_is_never_removed BEFORE DELETE ON consent_line
BEGIN
  SELECT RAISE(ABORT, 'The consent ledger is append-only.');
END;

-- Erasures: what was removed, and nothing of whom.
CREATE TABLE erasure (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  number INTEGER NOT NULL,
  requested_at BIGINT NOT NULL,
  requested_by TEXT,
  removed TEXT NOT NULL
);
CREATE UNIQUE INDEX erasure_by_number ON erasure (account_id, number);

-- What is left to erase at a destination. The address is encrypted, and removed with the row.
CREATE TABLE erasure_task (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  number INTEGER NOT NULL,
  destination_id BIGINT NOT NULL,
  protected_email TEXT NOT NULL,
  is_second_pass BOOLEAN NOT NULL,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL,
  problem TEXT
);
CREATE INDEX erasure_task_by_destination ON erasure_task (account_id, destination_id, not_before);

-- Keyed hashes of erased addresses: they stop the person from being imported again, and name nobody.
CREATE TABLE tombstone (
  account_id BIGINT NOT NULL,
  address_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, address_hash)
);
CREATE TABLE tombstone_key (
  account_id BIGINT NOT NULL PRIMARY KEY,
  protected_key TEXT NOT NULL
);

-- Who changed what in an account. Append-only; holds no secrets and no contact's address.
CREATE TABLE audit_entry (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  user_id TEXT,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  changes TEXT NOT NULL,
  origin TEXT
);
CREATE INDEX audit_entry_of_account ON audit_entry (account_id, id);
CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'The audit log is append-only.');
END;
CREATE TRIGGER audit_entry_is_never_removed BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'The audit log is append-only.');
END;

-- A log-in ends for good some day, and remembers when its person last proved who they are.
ALTER TABLE login_session ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE login_session ADD COLUMN confirmed_at BIGINT;
ALTER TABLE login_session ADD COLUMN by_passkey BOOLEAN NOT NULL DEFAULT false;
UPDATE login_session SET ends_at = created_at + CASE WHEN life > 86400000 THEN 7776000000 ELSE 604800000 END;

-- What a person began in an account ends when they leave it.
ALTER TABLE invitation ADD COLUMN invited_by TEXT;
ALTER TABLE store_draft ADD COLUMN made_by TEXT;

-- Of whom the account demands a second factor; null = of nobody.
ALTER TABLE account ADD COLUMN second_factor TEXT;

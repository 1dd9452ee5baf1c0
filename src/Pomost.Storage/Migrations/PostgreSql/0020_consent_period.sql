-- How often a destination is asked which cards changed.
ALTER TABLE destination ADD COLUMN consent_minutes BIGINT;

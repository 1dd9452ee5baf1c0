-- Under which readings of the file the yes of a line yields to the no of another line of the same person.
ALTER TABLE subscriber_line ADD COLUMN yields TEXT;

-- How many deliveries have not ended, by state; kept by the database itself, so that nobody need count them.
CREATE TABLE pending (state TEXT PRIMARY KEY, deliveries INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO pending VALUES ('scheduled', 0), ('running', 0), ('retryable', 0);
UPDATE pending SET deliveries = (SELECT count(*) FROM deliveries WHERE deliveries.state = pending.state);
-- a state that is an end has no row here
CREATE TRIGGER delivery_promised AFTER INSERT ON deliveries BEGIN
  UPDATE pending SET deliveries = deliveries + 1 WHERE state = new.state;
END;
CREATE TRIGGER delivery_moved AFTER UPDATE OF state ON deliveries WHEN old.state <> new.state BEGIN
  UPDATE pending SET deliveries = deliveries - 1 WHERE state = old.state;
  UPDATE pending SET deliveries = deliveries + 1 WHERE state = new.state;
END;
CREATE TRIGGER delivery_forgotten AFTER DELETE ON deliveries BEGIN
  UPDATE pending SET deliveries = deliveries - 1 WHERE state = old.state;
END;

-- What is due, and since when. The second column spares counting the look into each row.
CREATE INDEX dues ON deliveries (due, ended_at) WHERE ended_at IS NULL;

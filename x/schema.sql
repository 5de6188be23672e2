CREATE TABLE audit_log(a INTEGER, status_code INTEGER);
CREATE VIEW failure AS SELECT * FROM audit_log;


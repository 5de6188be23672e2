COPY audit_log FROM 'x/audit_log.csv' (FORMAT 'csv', allow_quoted_nulls false, quote '"', delimiter ',', header 1);

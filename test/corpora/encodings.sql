-- Bytes that are no text are problems of their records, never an ERROR of the function.
SELECT format('%s files, %s errors', count(*), count(*) FILTER (WHERE found ? 'error'))
FROM (SELECT read_case(path, dialect, dialect ->> 'delimiter') AS found FROM cases WHERE tier = 'encoding') c;

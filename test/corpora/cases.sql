-- All cases in the dialect that they name, a line each, as check_reader.py wants them.
SELECT id, read_case(path, dialect, dialect ->> 'delimiter') FROM cases;

-- Inputs that broke other readers: each is read to its end, and the session lives on.
SET statement_timeout = '60s';
SELECT format('SELECT %L, count(*) >= 0 FROM (SELECT wifox_import_read_data(pg_read_binary_file(%L)) OFFSET 0) r',
	file, :'corpora' || '/csv/fuzz/' || file)
FROM pg_ls_dir(:'corpora' || '/csv/fuzz') file ORDER BY file \gexec

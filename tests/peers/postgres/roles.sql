-- Accounts, one for each way to sign in; pg_hba.conf (cluster.rs) says how. Databases.
SET password_encryption = 'scram-sha-256';
CREATE ROLE readers NOLOGIN;
CREATE ROLE scram_user LOGIN PASSWORD 'pässword ''with" spaces & 100%' IN ROLE readers;
CREATE ROLE clear_user LOGIN PASSWORD 'clear-secret' IN ROLE readers;
CREATE ROLE trust_user LOGIN IN ROLE readers;
CREATE ROLE cert_user LOGIN IN ROLE readers;
CREATE ROLE tls_user LOGIN PASSWORD 'tls-secret' IN ROLE readers;
CREATE ROLE writer_user LOGIN PASSWORD 'writer-secret' IN ROLE readers;
CREATE ROLE nohba_user LOGIN PASSWORD 'nohba-secret' IN ROLE readers;
CREATE ROLE nologin_user NOLOGIN;
CREATE ROLE full_user LOGIN PASSWORD 'full-secret' CONNECTION LIMIT 0;
SET password_encryption = 'md5';
CREATE ROLE md5_user LOGIN PASSWORD 'md5-secret' IN ROLE readers;
CREATE DATABASE seed;
CREATE DATABASE plain;
CREATE DATABASE closed;
REVOKE CONNECT ON DATABASE closed FROM PUBLIC;

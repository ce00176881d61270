#!/usr/bin/env bash
# Run once by the image, on an empty volume. The services get a role that owns their database and nothing else:
# as the server's administrator, a hole in one of them could run programs in this container.
set -euo pipefail
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\getenv password DATABASE_PASSWORD
CREATE ROLE tact LOGIN PASSWORD :'password';
CREATE DATABASE tact OWNER tact;
SQL

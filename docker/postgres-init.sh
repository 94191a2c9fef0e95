#!/bin/sh
# Run once by the postgres image on an empty data directory: one role and one database for each part.
# `sequitur migrate` makes the application's role itself, so the owner may create roles.

set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner_password="$SEQUITUR_OWNER_PASSWORD" -v temporal_password="$TEMPORAL_PASSWORD" <<'SQL'
create role sequitur_owner login createrole password :'owner_password';
create database sequitur owner sequitur_owner;
create role temporal login createdb password :'temporal_password';
SQL

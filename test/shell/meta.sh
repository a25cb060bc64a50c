#!/usr/bin/env bash
# META.json is valid, and all files agree on the version. It needs no server.

exec perl "$PG_ABS_SRCDIR/test/meta.pl" "$PG_ABS_SRCDIR"

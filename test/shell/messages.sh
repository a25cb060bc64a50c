#!/usr/bin/env bash
# Every code, message and hint is proven by a test and explained in doc/. It needs no server.

exec perl "$PG_ABS_SRCDIR/test/messages.pl" "$PG_ABS_SRCDIR"

EXTENSION = wifox_import
MODULE_big = wifox_import
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c))
DATA = $(wildcard sql/$(EXTENSION)--*.sql)
DOCS = README.md

REGRESS = $(filter-out $(EXTENSION)--%,$(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql))))
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=$(EXTENSION)
EXTRA_CLEAN = results regression.diffs regression.out

# Nothing but the SQL functions and the magic block leaves the library.
PG_CFLAGS = -fvisibility=hidden '-DPGDLLEXPORT=__attribute__((visibility("default")))'

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard src/*.h)

# The pure C stages, tested without a server.
.PHONY: unittest
unittest:
	$(MAKE) -C test/unit check

# The contract of the SQL functions; needs a running server with the extension installed.
.PHONY: pgtap
pgtap:
	pg_prove test/pgtap/*.sql

EXTENSION = wifox_import
MODULE_big = wifox_import
# The tree, seen from where it is built; the folder for the objects may be another one.
tree = $(or $(VPATH),.)
files = $(patsubst $(tree)/%,%,$(sort $(wildcard $(tree)/$(1))))

OBJS = $(patsubst %.c,%.o,$(call files,src/*.c))
DATA = $(call files,sql/$(EXTENSION)--*.sql)
DOCS = README.md

REGRESS = $(filter-out $(EXTENSION)--%,$(patsubst sql/%.sql,%,$(call files,sql/*.sql)))
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(call files,test/isolation/specs/*.spec))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=$(EXTENSION)
EXTRA_CLEAN = results regression.diffs regression.out

# Nothing but the SQL functions and the magic block leaves the library.
PG_CFLAGS = -fvisibility=hidden '-DPGDLLEXPORT=__attribute__((visibility("default")))'

# nls.mk makes the catalogs of messages, where there is gettext.
ifeq (,$(shell command -v msgfmt))
override enable_nls = no
endif

# The version of the SQL objects stands in the control file; the library knows to which it belongs.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(tree)/$(EXTENSION).control)
override PG_CPPFLAGS += '-DWFX_VERSION="$(EXTVERSION)"'

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(call files,src/*.h $(EXTENSION).control)

ifdef VPATH
$(shell mkdir -p src po)
endif

# The number of the release, which begins with the version of the SQL objects, stands in the newest
# heading of CHANGELOG.md; what else names the two is written from there.
RELEASE = $(shell sed -n '1s/^## \([0-9.]*\).*/\1/p' CHANGELOG.md)

.PHONY: versions
versions:
	perl -pi -e 's/"version": "[^"]*"/"version": "$(RELEASE)"/ if 1 .. /"meta-spec"/;' \
		-e 's/--[0-9.]*\.sql/--$(EXTVERSION).sql/' META.json
	sed -i '1s/(.*)/($(RELEASE))/' debian/changelog

# The archive that is released: what is committed, and nothing else.
.PHONY: dist
dist:
	git archive --format zip --prefix $(EXTENSION)-$(RELEASE)/ \
		--output $(EXTENSION)-$(RELEASE).zip HEAD

# The pure C stages, tested without a server.
.PHONY: unittest
unittest:
	$(MAKE) -C test/unit check

# The contract of the SQL functions; needs a running server with the extension installed.
.PHONY: pgtap
pgtap:
	pg_prove test/pgtap/*.sql

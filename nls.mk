# The catalog of messages, for the server's rules (nls-global.mk). What ereport() says is translated,
# and what wfx_translate() is asked for; texts that are kept in tables are not.
CATALOG_NAME = wifox_import
AVAIL_LANGUAGES = $(shell cat $(srcdir)/po/LINGUAS)
GETTEXT_FILES = $(wildcard src/*.c)
GETTEXT_TRIGGERS = $(BACKEND_COMMON_GETTEXT_TRIGGERS) wfx_translate gettext_noop
GETTEXT_FLAGS = $(BACKEND_COMMON_GETTEXT_FLAGS) wfx_translate:1:pass-c-format
# Not the functions that gettext knows by itself.
ifdef XGETTEXT
XGETTEXT += -k
endif

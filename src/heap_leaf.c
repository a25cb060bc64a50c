/*
 * heap_leaf.c
 *		Entries of a B-tree go in, leaf page by leaf page.
 *
 * The server looks up the leaf page for each entry, and locks, changes and logs it each
 * time.  In key order many entries in a row belong on the same page, so one look-up, one
 * lock and often one record of the WAL are enough for all of them.
 *
 * What holds for one entry in _bt_doinsert() holds here for each: the page is the first
 * one that could have its key, and it stays locked from the look at its keys until the
 * entry is in.  So nobody can insert the same key meanwhile.  A key of a unique index that
 * is to be checked is new if it lies strictly between two neighbours on the page, its high
 * key being one of them.  All that is not as plain is left to _bt_doinsert(): an equal key,
 * of a dead row or of a transaction in progress perhaps, a page that is full, an entry that
 * is too large, a row address within a list of duplicates, an index of PostgreSQL 11 or
 * before.
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "access/nbtxlog.h"
#include "access/xloginsert.h"
#include "access/xlogrecord.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/predicate.h"

#include "buffer_map.h"
#include "compat.h"
#include "heap_leaf.h"

/* What the WAL needs for an entry beside its bytes: a record, which block of which file, and where */
#define RECORD_OVERHEAD	(SizeOfXLogRecord + SizeOfXLogRecordBlockHeader + 3 * sizeof(Oid) + \
						 sizeof(BlockNumber) + SizeOfXLogRecordDataHeaderShort + SizeOfBtreeInsert)

/* A leaf page that gets entries */
typedef struct Leaf
{
	Relation	index;
	Buffer		buffer;			/* locked */
	PGAlignedBlock copy;		/* the page as it will be */
	OffsetNumber next;			/* no place before this one is for the entries to come */
	int			step;			/* how far the last one was from that */
	int			count;			/* entries that are in the copy */
	OffsetNumber offsets[MaxIndexTuplesPerPage];	/* their places */
	Size		record_bytes;	/* of the WAL, if each entry gets a record */
} Leaf;

/* Where an entry belongs */
typedef enum Place
{
	PLACE_HERE,
	PLACE_FURTHER_RIGHT,		/* on another page */
	PLACE_UNSURE				/* or it does not fit */
} Place;

/* The key that an entry is looked up by: with the address of its row, if keys may be equal */
static BTScanInsert
make_key(Relation index, IndexUniqueCheck check, IndexTuple entry)
{
	BTScanInsert key = _bt_mkscankey(index, entry);

	if (check != UNIQUE_CHECK_NO && !key->anynullkeys)
		key->scantid = NULL;
	return key;
}

/* Find the first item that is greater; false if one is equal */
static bool
find_offset(Leaf *leaf, BTScanInsert key, OffsetNumber *offset)
{
	Page		page = leaf->copy.data;
	int			low = leaf->next;
	int			high = PageGetMaxOffsetNumber(page) + 1;
	int			step = leaf->step;

	/* as far as the last time, in growing steps; then by halves */
	while (low < high)
	{
		int			middle = low + Min(step - 1, (high - low) / 2);
		int32		order = _bt_compare(leaf->index, key, page, middle);

		if (order == 0)
			return false;
		if (order > 0)
		{
			low = middle + 1;
			step *= 2;
		}
		else
		{
			step = high;
			high = middle;
		}
	}
	*offset = low;
	return true;
}

/* Find the place of an entry */
static Place
find_place(Leaf *leaf, BTScanInsert key, OffsetNumber *offset)
{
	Page		page = leaf->copy.data;

	/* behind the one before, in the order of the page as well; and not equal to it in a unique index */
	if (leaf->count > 0 && _bt_compare(leaf->index, key, page, OffsetNumberPrev(leaf->next)) <= 0)
		return PLACE_UNSURE;
	if (!find_offset(leaf, key, offset))
		return PLACE_UNSURE;
	if (*offset > PageGetMaxOffsetNumber(page) && !P_RIGHTMOST(BTPageGetOpaque(page)))
	{
		int32		order = _bt_compare(leaf->index, key, page, P_HIKEY);

		if (order > 0)
			return PLACE_FURTHER_RIGHT;
		if (order == 0)
			return PLACE_UNSURE;
	}
	return PLACE_HERE;
}

/* Put an entry into the copy of the page, if it belongs there and fits */
static Place
take_entry(Leaf *leaf, IndexTuple entry, BTScanInsert key)
{
	Page		page = leaf->copy.data;
	Size		size = MAXALIGN(IndexTupleSize(entry));
	OffsetNumber offset;
	Place		place = find_place(leaf, key, &offset);

	if (place != PLACE_HERE)
		return place;
	if (size > WFX_MAX_INDEX_ITEM(page) || PageGetFreeSpace(page) < size)
		return PLACE_UNSURE;
	if (PageAddItem(page, (char *) entry, size, offset, false, false) == InvalidOffsetNumber)
		elog(ERROR, "could not add an item to a copy of block %u of index \"%s\"",
			 BufferGetBlockNumber(leaf->buffer), RelationGetRelationName(leaf->index));
	leaf->offsets[leaf->count++] = offset;
	leaf->step = offset - leaf->next + 1;
	leaf->next = OffsetNumberNext(offset);
	leaf->record_bytes += MAXALIGN(RECORD_OVERHEAD + IndexTupleSize(entry));
	return PLACE_HERE;
}

/* Lock the leaf page of a key, and copy it */
static void
begin_leaf(Leaf *leaf, Relation table, Relation index, BTScanInsert key)
{
	Page		page;

	leaf->index = index;
	wfx_bt_search(table, index, key, &leaf->buffer);
	wfx_buffer_map(leaf->buffer);
	page = BufferGetPage(leaf->buffer);
	Assert(P_ISLEAF(BTPageGetOpaque(page)) && !P_INCOMPLETE_SPLIT(BTPageGetOpaque(page)));
	memcpy(leaf->copy.data, page, BLCKSZ);
	leaf->next = P_FIRSTDATAKEY(BTPageGetOpaque(page));
	leaf->step = MaxIndexTuplesPerPage;
	leaf->count = 0;
	leaf->record_bytes = 0;
}

/*
 * Does the WAL get the whole page, as that is less work than a record for each entry?  To make
 * records takes as long as to log as many bytes again.
 */
static bool
is_image_cheaper(const Leaf *leaf)
{
	const PageHeaderData *page = (const PageHeaderData *) leaf->copy.data;

	return XLogCheckBufferNeedsBackup(leaf->buffer) ||
		2 * leaf->record_bytes > BLCKSZ - (page->pd_upper - page->pd_lower) + RECORD_OVERHEAD;
}

/* The copy becomes the page */
static void
write_page(Leaf *leaf)
{
	Page		page = BufferGetPage(leaf->buffer);

	START_CRIT_SECTION();
	memcpy(page, leaf->copy.data, BLCKSZ);
	MarkBufferDirty(leaf->buffer);
	if (RelationNeedsWAL(leaf->index))
		(void) log_newpage_buffer(leaf->buffer, true);
	else
		wfx_set_fake_lsn(leaf->index, page);
	END_CRIT_SECTION();
}

/* Log an entry, as _bt_doinsert() does */
static XLogRecPtr
log_entry(Leaf *leaf, IndexTuple entry, OffsetNumber offset)
{
	xl_btree_insert record;

	record.offnum = offset;
	XLogBeginInsert();
	XLogRegisterData((char *) &record, SizeOfBtreeInsert);
	XLogRegisterBuffer(0, leaf->buffer, REGBUF_STANDARD);
	XLogRegisterBufData(0, (char *) entry, IndexTupleSize(entry));
	return XLogInsert(RM_BTREE_ID, XLOG_BTREE_INSERT_LEAF);
}

/*
 * Put the entries into the page one by one.  Each is logged before the next one is in: if
 * a checkpoint begins in between, its record becomes an image of the page as it is then.
 */
static void
write_entries(Leaf *leaf, char *next)
{
	Page		page = BufferGetPage(leaf->buffer);

	for (int i = 0; i < leaf->count; i++)
	{
		IndexTuple	entry = (IndexTuple) next;
		Size		size = MAXALIGN(IndexTupleSize(entry));
		XLogRecPtr	lsn;

		START_CRIT_SECTION();
		if (PageAddItem(page, next, size, leaf->offsets[i], false, false) == InvalidOffsetNumber)
			elog(PANIC, "could not add an item to block %u of index \"%s\"",
				 BufferGetBlockNumber(leaf->buffer), RelationGetRelationName(leaf->index));
		MarkBufferDirty(leaf->buffer);
		lsn = log_entry(leaf, entry, leaf->offsets[i]);
		PageSetLSN(page, lsn);
		END_CRIT_SECTION();
		next += size;
	}
}

/* Write what is in the copy, and let the page go; the entries begin at next */
static void
end_leaf(Leaf *leaf, char *next)
{
	if (leaf->count > 0)
	{
		/* readers under SERIALIZABLE that have seen that the keys are not there */
		CheckForSerializableConflictIn(leaf->index, NULL, BufferGetBlockNumber(leaf->buffer));
		if (RelationNeedsWAL(leaf->index) && !is_image_cheaper(leaf))
			write_entries(leaf, next);
		else
			write_page(leaf);
	}
	_bt_relbuf(leaf->index, leaf->buffer);
}

/* Put the first entries into their leaf page */
int
wfx_leaf_insert(Relation table, Relation index, IndexUniqueCheck check, WfxEntryRun *run,
				bool *plain)
{
	Leaf		leaf;
	char	   *first = run->next;
	BTScanInsert key = make_key(index, check, (IndexTuple) first);
	Place		place = PLACE_HERE;

	*plain = false;
	if (!key->heapkeyspace)
		return 0;
	begin_leaf(&leaf, table, index, key);
	while ((place = take_entry(&leaf, (IndexTuple) run->next, key)) == PLACE_HERE)
	{
		run->next += MAXALIGN(IndexTupleSize((IndexTuple) run->next));
		if (run->next == run->end)
			break;
		pfree(key);
		key = make_key(index, check, (IndexTuple) run->next);
	}
	end_leaf(&leaf, first);
	*plain = place != PLACE_UNSURE;
	return leaf.count;
}

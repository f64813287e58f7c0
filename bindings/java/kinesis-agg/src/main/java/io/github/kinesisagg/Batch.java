package io.github.kinesisagg;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The user records of the Kinesis records that were given, in their order: those of aggregates, and
 * each Kinesis record that is none as one user record, so that nothing gets lost.
 *
 * <p>Walk over it as often as you like; several threads may. It holds numbers alone, and the records
 * that were given: nothing has to be closed.
 */
public final class Batch implements Iterable<UserRecord> {
    private static final int REPORT = 5;
    private static final int ROW = 4;
    private static final int TAG = 5;

    private final KinesisRecord[] records;
    private final int[] reports;
    private final int[] rows;
    private final Keys partitionKeys;
    private final Keys explicitHashKeys;
    /** Null without a range. */
    private final int[] placed;

    private final int[] tags;
    /** The first row of each record, and the number of rows. */
    private final int[] rowStarts;
    /** The first user record of each record, and how many there are. */
    private final int[] starts;

    /** The arrays of {@code reading.rs}. */
    Batch(KinesisRecord[] records, Object[] arrays, boolean hasRange) {
        this.records = records;
        this.reports = (int[]) arrays[0];
        this.rows = (int[]) arrays[1];
        this.partitionKeys = new Keys((int[]) arrays[2]);
        this.explicitHashKeys = new Keys((int[]) arrays[3]);
        this.placed = hasRange ? (int[]) arrays[4] : null;
        this.tags = (int[]) arrays[5];
        this.rowStarts = new int[records.length + 1];
        this.starts = new int[records.length + 1];
        for (int record = 0; record < records.length; record++) {
            int handedOut = reports[record * REPORT + 1];
            rowStarts[record + 1] = rowStarts[record] + handedOut;
            starts[record + 1] = starts[record] + (isAggregated(record) ? handedOut : 1);
        }
    }

    /** How many user records there are. */
    public int size() {
        return starts[records.length];
    }

    /** The user record at this place, from 0. */
    public UserRecord get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("user record " + index + " of " + size());
        }
        int found = Arrays.binarySearch(starts, index);
        int record = found < 0 ? -found - 2 : found;
        // Records without user records start where the next one does.
        while (starts[record + 1] == index) {
            record++;
        }
        return userRecord(record, index - starts[record]);
    }

    private UserRecord userRecord(int record, int place) {
        return new UserRecord(this, record, isAggregated(record) ? rowStarts[record] + place : -1);
    }

    @Override
    public Iterator<UserRecord> iterator() {
        return new Walk();
    }

    @Override
    public Spliterator<UserRecord> spliterator() {
        int kind = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
        return Spliterators.spliterator(iterator(), size(), kind);
    }

    /** All user records as a stream. */
    public Stream<UserRecord> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /** All user records as a list that looks into this batch. */
    public List<UserRecord> asList() {
        return new AbstractList<UserRecord>() {
            @Override
            public UserRecord get(int index) {
                return Batch.this.get(index);
            }

            @Override
            public int size() {
                return Batch.this.size();
            }

            @Override
            public Iterator<UserRecord> iterator() {
                return Batch.this.iterator();
            }
        };
    }

    /** What became of each Kinesis record. */
    public List<RecordReport> reports() {
        return new AbstractList<RecordReport>() {
            @Override
            public RecordReport get(int index) {
                if (index < 0 || index >= records.length) {
                    throw new IndexOutOfBoundsException("record " + index + " of " + records.length);
                }
                return new RecordReport(index, reports, index * REPORT);
            }

            @Override
            public int size() {
                return records.length;
            }
        };
    }

    /**
     * Fails for the first record that begins like an aggregate and is none; else returns this batch.
     *
     * @throws MalformedRecordException with its index, and the offset of the fault
     */
    public Batch requireSound() {
        for (RecordReport report : reports()) {
            if (report.isDamaged()) {
                throw new MalformedRecordException(report);
            }
        }
        return this;
    }

    @Override
    public String toString() {
        return "Batch of " + size() + " user records in " + records.length + " Kinesis records";
    }

    KinesisRecord record(int record) {
        return records[record];
    }

    boolean isAggregated(int record) {
        int status = reports[record * REPORT];
        return status == Status.AGGREGATED.number() || status == Status.DROPPED.number();
    }

    int dataOffset(int row) {
        return rows[row * ROW];
    }

    int dataLength(int row) {
        return rows[row * ROW + 1];
    }

    String partitionKey(int record, int row) {
        return partitionKeys.get(records[record], rows[row * ROW + 2]);
    }

    String explicitHashKey(int record, int row) {
        int number = rows[row * ROW + 3];
        return number < 0 ? null : explicitHashKeys.get(records[record], number);
    }

    int subSequenceNumber(int record, int row) {
        return placed == null ? row - rowStarts[record] : placed[row * 2];
    }

    Placement placement(int row) {
        if (placed == null) {
            return null;
        }
        switch (placed[row * 2 + 1]) {
            case 1:
                return Placement.OUT_OF_RANGE;
            case 2:
                return Placement.UNPLACEABLE;
            default:
                return Placement.IN_RANGE;
        }
    }

    List<Tag> tags(int record, int row) {
        if (tags.length == 0) {
            return List.of();
        }
        int first = 0;
        int behind = tags.length / TAG;
        while (first < behind) {
            int middle = (first + behind) >>> 1;
            if (tags[middle * TAG] < row) {
                first = middle + 1;
            } else {
                behind = middle;
            }
        }
        int count = 0;
        while ((first + count) * TAG < tags.length && tags[(first + count) * TAG] == row) {
            count++;
        }
        Tag[] found = new Tag[count];
        for (int place = 0; place < count; place++) {
            found[place] = tag(records[record], (first + place) * TAG);
        }
        return List.of(found);
    }

    private Tag tag(KinesisRecord record, int at) {
        String value = tags[at + 3] < 0 ? null : record.text(tags[at + 3], tags[at + 4]);
        return new Tag(record.text(tags[at + 1], tags[at + 2]), value);
    }

    /** Keys by their numbers: each string is made once, when it is asked for. */
    private static final class Keys {
        private final int[] places;
        /** Threads may make the same string twice; either is good. */
        private final String[] made;

        Keys(int[] places) {
            this.places = places;
            this.made = new String[places.length / 2];
        }

        String get(KinesisRecord record, int number) {
            String key = made[number];
            if (key == null) {
                key = record.text(places[number * 2], places[number * 2 + 1]);
                made[number] = key;
            }
            return key;
        }
    }

    private final class Walk implements Iterator<UserRecord> {
        private int record = -1;
        /** The next row of the record, and the one behind its last. */
        private int row;

        private int rowsEnd;
        private boolean hasPlain;

        Walk() {
            advance();
        }

        /** Goes to the next record that has a user record. */
        private void advance() {
            while (row == rowsEnd && !hasPlain && record + 1 < records.length) {
                record++;
                rowsEnd = rowStarts[record + 1];
                hasPlain = !isAggregated(record);
            }
        }

        @Override
        public boolean hasNext() {
            return row != rowsEnd || hasPlain;
        }

        @Override
        public UserRecord next() {
            UserRecord next;
            if (row != rowsEnd) {
                next = new UserRecord(Batch.this, record, row++);
            } else if (hasPlain) {
                hasPlain = false;
                next = new UserRecord(Batch.this, record, -1);
            } else {
                throw new NoSuchElementException();
            }
            if (row == rowsEnd) {
                advance();
            }
            return next;
        }
    }
}

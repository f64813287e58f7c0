package io.github.kinesisagg;

import java.util.List;

/** What came of many user records. */
public final class PushedMany {
    private final boolean isFull;
    private final List<KinesisAggException> refused;

    PushedMany(boolean isFull, List<KinesisAggException> refused) {
        this.isFull = isFull;
        this.refused = List.copyOf(refused);
    }

    /** Whether full aggregates wait to be sealed. */
    public boolean isFull() {
        return isFull;
    }

    /** Those that were refused, each with its record index; all others were taken. */
    public List<KinesisAggException> refused() {
        return refused;
    }

    @Override
    public String toString() {
        return "PushedMany(isFull=" + isFull + ", refused=" + refused + ")";
    }
}

package io.github.kinesisagg;

import java.lang.ref.Cleaner;
import java.util.function.LongConsumer;

/** A handle of the core: ended once, by {@link #close}, or when its owner is forgotten. */
final class Handle {
    private static final Cleaner CLEANER = Cleaner.create();

    private final long number;
    private final Cleaner.Cleanable cleanable;
    private boolean closed;

    Handle(Object owner, long number, LongConsumer free) {
        this.number = number;
        // Holds the number alone: the owner must stay forgettable.
        this.cleanable = CLEANER.register(owner, () -> free.accept(number));
    }

    /** The number, while it is open. Callers hold their lock during the call they need it for. */
    long number() {
        if (closed) {
            throw new IllegalStateException("it is closed");
        }
        return number;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        cleanable.clean();
    }
}

package io.github.kinesisagg;

import java.nio.charset.StandardCharsets;

/** Strings to UTF-8. */
final class Text {
    private Text() {}

    /**
     * The UTF-8 of a text.
     *
     * @throws KinesisAggException with {@link Status#ERR_NOT_UTF8} when a surrogate stands alone: Java
     *     would put a question mark in its place
     */
    static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (hasQuestionMark(bytes) && !new String(bytes, StandardCharsets.UTF_8).equals(text)) {
            throw new KinesisAggException(Status.ERR_NOT_UTF8, -1, -1, 0, 0, "");
        }
        return bytes;
    }

    private static boolean hasQuestionMark(byte[] bytes) {
        for (byte one : bytes) {
            if (one == '?') {
                return true;
            }
        }
        return false;
    }
}

package dev.attune.ingest.gateway.credential;

import java.math.BigInteger;

/** Digits and letters only: a key that is written in them is selected by a double click and split at its underscores. */
final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());

    private Base62() {}

    /** @param bytes an unsigned number, its highest byte first */
    static String encode(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder(length);
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = 0; i < length; i++) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            text.append(DIGITS.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        if (rest.signum() != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes do not fit into " + length + " digits");
        }
        return text.reverse().toString();
    }

    static String encode(long number, int length) {
        return encode(BigInteger.valueOf(number).toByteArray(), length);
    }
}

package dev.attune.quickstart.pretrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2's printable stand-ins for the 256 bytes: a byte that is printable in Latin-1 stands for itself, the others take
 * the code points from 256 on (a blank is {@code Ġ}, a line break {@code Ċ}).
 */
final class ByteAlphabet {
    private static final String[] SYMBOLS = symbols();

    private ByteAlphabet() {}

    private static String[] symbols() {
        String[] symbols = new String[256];
        int next = 256;
        for (int value = 0; value < symbols.length; value++) {
            boolean printable = (value >= '!' && value <= '~')
                    || (value >= 0xA1 && value <= 0xAC)
                    || (value >= 0xAE && value <= 0xFF);
            symbols[value] = Character.toString(printable ? value : next++);
        }
        return symbols;
    }

    /** All symbols in the order of their code points. */
    static List<String> sorted() {
        return List.of(SYMBOLS).stream().sorted().toList();
    }

    /** One symbol for each byte of the text in UTF-8. */
    static List<String> spell(String text) {
        List<String> symbols = new ArrayList<>();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            symbols.add(SYMBOLS[Byte.toUnsignedInt(value)]);
        }
        return symbols;
    }
}

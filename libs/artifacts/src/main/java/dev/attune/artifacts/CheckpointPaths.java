package dev.attune.artifacts;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which names files of a checkpoint may have: those that stay inside the directory, and apart, on every system. */
public final class CheckpointPaths {

    private static final int MAX_LENGTH = 255;
    private static final int LONGEST_QUOTE = 120;

    /** What Windows takes for a device, in any folder and whatever follows after a dot. */
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1",
            "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private CheckpointPaths() {}

    /**
     * @param paths relative, with forward slashes
     * @throws UnsafePathException if one could lead outside, is not the only way to write it, or is another's on a system
     *     that does not know upper from lower case
     */
    public static void check(Collection<String> paths) {
        Map<String, String> seen = new TreeMap<>();
        for (String path : paths) {
            check(path);
            String known = seen.putIfAbsent(path.toLowerCase(Locale.ROOT), path);
            if (known != null) {
                throw new UnsafePathException(
                        "'" + known + "' and '" + path + "' are one file where case does not count");
            }
        }
        for (String path : paths) {
            String folder = path.toLowerCase(Locale.ROOT);
            for (int slash = folder.lastIndexOf('/'); slash > 0; slash = folder.lastIndexOf('/')) {
                folder = folder.substring(0, slash);
                if (seen.containsKey(folder)) {
                    throw new UnsafePathException(
                            "'" + seen.get(folder) + "' is a file and the folder of '" + path + "'");
                }
            }
        }
    }

    /** @throws UnsafePathException if the path could lead outside, or is not the only way to write it */
    static void check(String path) {
        boolean plain = !path.isEmpty()
                && path.length() <= MAX_LENGTH
                && path.chars().allMatch(CheckpointPaths::isAllowed)
                && Arrays.stream(path.split("/", -1)).allMatch(CheckpointPaths::isPlain);
        if (!plain) {
            throw new UnsafePathException("not a plain relative path: '" + quote(path) + "'");
        }
    }

    private static boolean isAllowed(int character) {
        return character == '/'
                || character == '.'
                || character == '-'
                || character == '_'
                || (character >= '0' && character <= '9')
                || (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z');
    }

    /** Not empty, not {@code .} or {@code ..}, and nothing that Windows writes otherwise. */
    private static boolean isPlain(String segment) {
        String stem = segment.toLowerCase(Locale.ROOT).split("\\.", 2)[0];
        return !segment.isEmpty() && !segment.endsWith(".") && !DEVICES.contains(stem);
    }

    /** A name that somebody else chose, for a message: on one line, and not long. */
    public static String quote(String path) {
        StringBuilder quoted = new StringBuilder();
        for (char character :
                path.substring(0, Math.min(path.length(), LONGEST_QUOTE)).toCharArray()) {
            if (character >= ' ' && character <= '~') {
                quoted.append(character);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            }
        }
        return path.length() > LONGEST_QUOTE ? quoted + "…" : quoted.toString();
    }
}

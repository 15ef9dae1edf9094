package dev.attune.artifacts;

import java.util.Arrays;

/** Which names a manifest may give to files: those that stay inside the directory on every system. */
final class CheckpointPaths {

    private static final int MAX_LENGTH = 255;

    private CheckpointPaths() {}

    /** @throws IllegalArgumentException if the path could lead outside, or is not the only way to write it */
    static void check(String path) {
        boolean plain = !path.isEmpty()
                && path.length() <= MAX_LENGTH
                && path.chars().allMatch(CheckpointPaths::isAllowed)
                && Arrays.stream(path.split("/", -1)).noneMatch(CheckpointPaths::leadsElsewhere);
        if (!plain) {
            throw new IllegalArgumentException("not a plain relative path: '" + path + "'");
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

    private static boolean leadsElsewhere(String segment) {
        return segment.isEmpty() || segment.equals(".") || segment.equals("..");
    }
}

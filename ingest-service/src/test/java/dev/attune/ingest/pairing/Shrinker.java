package dev.attune.ingest.pairing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delta debugging (ddmin; Zeller and Hildebrandt 2002): from a list that fails to a small one that still does. */
final class Shrinker {
    private Shrinker() {}

    /** The result fails, and no longer does without any one of its elements. */
    static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
        List<T> left = failing;
        int parts = 2;
        while (left.size() > 1) {
            List<T> smaller = withoutOnePart(left, parts, fails);
            if (smaller.size() < left.size()) {
                left = smaller;
                parts = Math.max(2, parts - 1);
            } else if (parts >= left.size()) {
                return left;
            } else {
                parts = Math.min(left.size(), 2 * parts);
            }
        }
        return left;
    }

    private static <T> List<T> withoutOnePart(List<T> all, int parts, Predicate<List<T>> fails) {
        for (int part = 0; part < parts; part++) {
            List<T> rest = new ArrayList<>(all.subList(0, part * all.size() / parts));
            rest.addAll(all.subList((part + 1) * all.size() / parts, all.size()));
            if (!rest.isEmpty() && fails.test(rest)) {
                return rest;
            }
        }
        return all;
    }
}

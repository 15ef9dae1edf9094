package dev.attune.publisher.canary;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer of one of the two versions, without its words.
 *
 * @param answerId unique among all tenants and turns
 * @param user whose request it was; where nobody is known, the turn
 * @param failed the user was not answered: what follows is not looked at
 * @param refused it declines what was asked
 * @param latencyMs from request to answer; null where unknown
 * @param length in UTF-16 units; null where unknown
 */
record SeenAnswer(
        String answerId,
        String user,
        Arm arm,
        Instant receivedAt,
        boolean failed,
        boolean refused,
        @Nullable Long latencyMs,
        @Nullable Integer length) {}

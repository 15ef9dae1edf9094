package dev.attune.ingest.gateway.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Precision and recall on the labelled cases. */
class LabelledCasesTest {
    private static final List<LabelledCase> CASES = LabelledCase.all();

    @Test
    void everyCaseIsRedactedAsItIsLabelled() {
        List<String> wrong = new ArrayList<>();
        for (LabelledCase labelled : CASES) {
            Set<Span> expected = new HashSet<>(labelled.spans());
            Set<Span> found = new HashSet<>(Redactor.find(labelled.text(), labelled.settings()));
            for (Span span : found) {
                if (!expected.contains(span)) {
                    wrong.add("too much: " + shown(labelled, span));
                }
            }
            for (Span span : expected) {
                if (!found.contains(span)) {
                    wrong.add("missed: " + shown(labelled, span));
                }
            }
        }

        for (Kind kind : Kind.values()) {
            printFigures(kind);
        }
        assertThat(wrong).isEmpty();
    }

    /** What is off stays off: each kind alone finds its own and nothing else. */
    @Test
    void aKindAloneFindsOnlyItsOwn() {
        for (LabelledCase labelled : CASES) {
            for (Kind kind : Kind.values()) {
                RedactionSettings alone =
                        new RedactionSettings(List.of(kind), kind == Kind.PHONE ? labelled.region() : "");
                assertThat(Redactor.find(labelled.text(), alone))
                        .extracting(Span::kind)
                        .containsOnly(found(kind, labelled));
            }
        }
    }

    @Test
    void redactingAgainChangesNothing() {
        for (LabelledCase labelled : CASES) {
            Redactor redactor = new Redactor(_ -> {});
            String once = redactor.redact(labelled.text(), labelled.settings()).text();

            assertThat(redactor.redact(once, labelled.settings()).text()).isEqualTo(once);
        }
    }

    private static Kind[] found(Kind kind, LabelledCase labelled) {
        return Redactor.find(
                                labelled.text(),
                                new RedactionSettings(List.of(kind), kind == Kind.PHONE ? labelled.region() : ""))
                        .isEmpty()
                ? new Kind[0]
                : new Kind[] {kind};
    }

    private static String shown(LabelledCase labelled, Span span) {
        return span.kind() + " '" + labelled.text().substring(span.start(), span.end()) + "' in " + labelled.region()
                + "|" + labelled.text();
    }

    private static void printFigures(Kind kind) {
        int labelled = 0;
        int found = 0;
        int right = 0;
        for (LabelledCase one : CASES) {
            List<Span> spans = Redactor.find(one.text(), one.settings());
            labelled += (int)
                    one.spans().stream().filter(span -> span.kind() == kind).count();
            found += (int) spans.stream().filter(span -> span.kind() == kind).count();
            right += (int) spans.stream()
                    .filter(span -> span.kind() == kind && one.spans().contains(span))
                    .count();
        }
        System.out.printf(
                "redaction of %-5s  labelled %3d  precision %.3f  recall %.3f%n",
                kind.tag(),
                labelled,
                found == 0 ? 1 : (double) right / found,
                labelled == 0 ? 1 : (double) right / labelled);
    }
}

package dev.attune.ingest.pairing.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/**
 * The formats that stores may still hold: {@code history/<n>/<record>.avsc} among the resources, oldest first. Whoever
 * changes a stored record after a release freezes the released format as the next {@code n}, with a row of it for
 * {@code StateHistoryTest}.
 */
final class StateHistory {
    private static final int LATEST = 1;

    private StateHistory() {}

    /** The earlier formats of a record that has changed since. */
    static List<Schema> of(Schema current) {
        List<Schema> earlier = new ArrayList<>();
        for (int format = 1; format <= LATEST; format++) {
            String resource = "history/" + format + "/" + current.getName() + ".avsc";
            try (InputStream frozen = StateHistory.class.getResourceAsStream(resource)) {
                // A record that came later has none.
                if (frozen != null) {
                    earlier.add(new SchemaParser().parse(frozen).mainSchema());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("resource " + resource + " cannot be read", e);
            }
        }
        return earlier;
    }
}

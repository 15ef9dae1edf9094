package dev.attune.publisher.canary;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Setting;
import java.util.List;

/** How far the answers of a new version may be from the stable version's, whatever people say of them. */
public record HealthBounds(
        @Setting(value = "How much more of the answers may fail: 0.02 is 2 of 100.", byDefault = "0.02")
        double maxErrorIncrease,

        @Setting(value = "How much more of the answers may decline what was asked.", byDefault = "0.05")
        double maxRefusalIncrease,

        @Setting(value = "How many times as long an answer may typically take.", byDefault = "1.5")
        double maxLatencyRatio,

        @Setting(value = "How many times as long, or as short, an answer may typically be.", byDefault = "1.5")
        double maxLengthRatio,

        @Setting(
                value =
                        "Regular expressions (RE2), one of which is found at the beginning of an answer that declines, in its first"
                                + " 200 characters; where the product says whether it does, that counts.",
                byDefault = "[]")
        List<String> refusalPatterns,

        @Setting(value = "Answers of one user that count, of each version.", byDefault = "20")
        int maxAnswersPerUser) {

    private static final int MOST_PATTERNS = 100;

    public HealthBounds {
        Checks.between("maxErrorIncrease", maxErrorIncrease, 0.005, 0.4);
        Checks.between("maxRefusalIncrease", maxRefusalIncrease, 0.005, 0.4);
        Checks.between("maxLatencyRatio", maxLatencyRatio, 1.0, 1000.0);
        Checks.between("maxLengthRatio", maxLengthRatio, 1.0, 1000.0);
        Checks.between("maxAnswersPerUser", maxAnswersPerUser, 1, 10_000);
        refusalPatterns = List.copyOf(refusalPatterns);
        Checks.between("refusalPatterns", refusalPatterns.size(), 0, MOST_PATTERNS);
        for (int i = 0; i < refusalPatterns.size(); i++) {
            try {
                Pattern.compile(refusalPatterns.get(i));
            } catch (PatternSyntaxException e) {
                throw new ConfigException(
                        "refusalPatterns[" + i + "]", "is no regular expression: " + e.getDescription());
            }
        }
    }
}

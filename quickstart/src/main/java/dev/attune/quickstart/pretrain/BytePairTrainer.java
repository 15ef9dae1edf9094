package dev.attune.quickstart.pretrain;

import dev.attune.quickstart.pretrain.BytePairVocabulary.Merge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns byte-pair merges from texts (Sennrich et al. 2016, algorithm 1) within the words of GPT-2's pre-tokenizer. Words
 * with digits learn none: a number stays a row of digits, which a small model copies better than rare pairs of them.
 * The same texts give the same merges: of equally frequent pairs the alphabetically first wins.
 */
final class BytePairTrainer {
    // GPT-2's pattern, as tokenizers' ByteLevel and llama.cpp's "gpt-2" have it.
    private static final Pattern WORD = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern DIGIT = Pattern.compile("\\p{N}");
    private static final int RAREST_MERGE = 2;
    private static final Comparator<Merge> ALPHABETICAL =
            Comparator.comparing(Merge::left).thenComparing(Merge::right);

    private final Map<String, Integer> wordCounts = new TreeMap<>();

    /** A word as the symbols that it currently consists of. */
    private record Word(List<String> symbols, int count) {}

    /** Counts the words of a text. */
    void add(String text) {
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            if (!DIGIT.matcher(word.group()).find()) {
                wordCounts.merge(word.group(), 1, Integer::sum);
            }
        }
    }

    /**
     * The vocabulary of everything added.
     *
     * @param size tokens, special tokens and bytes included; fewer where the texts have fewer repeated pairs
     */
    BytePairVocabulary train(int size) {
        List<Word> words = new ArrayList<>();
        wordCounts.forEach((word, count) -> words.add(new Word(ByteAlphabet.spell(word), count)));
        List<Merge> merges = new ArrayList<>();
        Set<String> tokens = new HashSet<>(new BytePairVocabulary(List.of()).tokens());
        while (tokens.size() < size) {
            Map<Merge, Integer> counts = pairs(words);
            Merge best = counts.entrySet().stream()
                    .max(Map.Entry.<Merge, Integer>comparingByValue()
                            .thenComparing(Map.Entry.comparingByKey(ALPHABETICAL.reversed())))
                    .filter(pair -> pair.getValue() >= RAREST_MERGE)
                    .map(Map.Entry::getKey)
                    .orElse(null);
            if (best == null) {
                break;
            }
            words.replaceAll(word -> new Word(merged(word.symbols(), best), word.count()));
            merges.add(best);
            tokens.add(best.merged());
        }
        return new BytePairVocabulary(merges);
    }

    private static Map<Merge, Integer> pairs(List<Word> words) {
        Map<Merge, Integer> counts = new HashMap<>();
        for (Word word : words) {
            for (int i = 1; i < word.symbols().size(); i++) {
                counts.merge(new Merge(word.symbols().get(i - 1), word.symbols().get(i)), word.count(), Integer::sum);
            }
        }
        return counts;
    }

    private static List<String> merged(List<String> symbols, Merge merge) {
        List<String> result = new ArrayList<>(symbols.size());
        for (int i = 0; i < symbols.size(); i++) {
            boolean pair = i + 1 < symbols.size()
                    && symbols.get(i).equals(merge.left())
                    && symbols.get(i + 1).equals(merge.right());
            result.add(pair ? merge.merged() : symbols.get(i));
            i += pair ? 1 : 0;
        }
        return result;
    }
}

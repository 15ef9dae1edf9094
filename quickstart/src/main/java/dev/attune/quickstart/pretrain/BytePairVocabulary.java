package dev.attune.quickstart.pretrain;

import java.util.ArrayList;
import java.util.List;

/**
 * What a byte-level BPE tokenizer knows.
 *
 * @param merges pairs of symbols in the order in which they merge
 */
record BytePairVocabulary(List<Merge> merges) {

    /** Two neighbouring symbols that become one. */
    record Merge(String left, String right) {
        String merged() {
            return left + right;
        }
    }

    BytePairVocabulary {
        merges = List.copyOf(merges);
    }

    /** All tokens; the index is the id: special tokens, bytes, then merges. */
    List<String> tokens() {
        List<String> tokens = new ArrayList<>(SpecialToken.texts());
        tokens.addAll(ByteAlphabet.sorted());
        merges.forEach(merge -> tokens.add(merge.merged()));
        return tokens;
    }
}

package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.TokenLogprob;
import dev.attune.quickstart.serving.engine.TokenLogprob.Alternative;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Log-probabilities in the three shapes that the API has for them. */
final class LogprobsJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final TextCodec codec;

    LogprobsJson(TextCodec codec) {
        this.codec = codec;
    }

    /** {@code prompt_logprobs}: null for the first token, then by token id the prompt's token and the likeliest ones. */
    ArrayNode ofPrompt(List<TokenLogprob> logprobs) {
        ArrayNode positions = JSON.arrayNode().addNull();
        for (TokenLogprob position : logprobs) {
            ObjectNode byId = positions.addObject();
            addById(byId, position.token(), position.logprob(), position.rank());
            int rank = 1;
            for (Alternative alternative : position.likeliest()) {
                if (alternative.token() != position.token()) {
                    addById(byId, alternative.token(), alternative.logprob(), rank);
                }
                rank++;
            }
        }
        return positions;
    }

    private void addById(ObjectNode byId, int token, double logprob, int rank) {
        byId.putObject(Integer.toString(token))
                .put("logprob", logprob)
                .put("rank", rank)
                .put("decoded_token", codec.piece(token));
    }

    /**
     * {@code logprobs} of a completion.
     *
     * @param firstPosition where the first token begins in the text
     * @param unscored a token before the others that has no log-probability: the first one of an echoed prompt; -1 for none
     */
    ObjectNode ofCompletion(List<TokenLogprob> logprobs, int firstPosition, int unscored) {
        ObjectNode json = JSON.objectNode();
        ArrayNode offsets = json.putArray("text_offset");
        ArrayNode values = json.putArray("token_logprobs");
        ArrayNode tokens = json.putArray("tokens");
        ArrayNode top = json.putArray("top_logprobs");
        int position = firstPosition;
        if (unscored >= 0) {
            String piece = codec.piece(unscored);
            offsets.add(position);
            values.addNull();
            tokens.add(piece);
            top.addNull();
            position += piece.length();
        }
        for (TokenLogprob logprob : logprobs) {
            String piece = codec.piece(logprob.token());
            offsets.add(position);
            values.add(logprob.logprob());
            tokens.add(piece);
            top.add(byPiece(logprob, piece));
            position += piece.length();
        }
        return json;
    }

    /** Tokens that are parts of characters look alike: the likeliest of them stands for all. */
    private ObjectNode byPiece(TokenLogprob logprob, String piece) {
        ObjectNode byPiece = JSON.objectNode();
        for (Alternative alternative : logprob.likeliest()) {
            byPiece.putIfAbsent(codec.piece(alternative.token()), JSON.numberNode(alternative.logprob()));
        }
        byPiece.putIfAbsent(piece, JSON.numberNode(logprob.logprob()));
        return byPiece;
    }

    /** {@code logprobs} of a chat message. */
    ObjectNode ofChat(List<TokenLogprob> logprobs) {
        ObjectNode json = JSON.objectNode();
        ArrayNode content = json.putArray("content");
        for (TokenLogprob logprob : logprobs) {
            ObjectNode token = content.addObject();
            describe(token, logprob.token(), logprob.logprob());
            ArrayNode top = token.putArray("top_logprobs");
            for (Alternative alternative : logprob.likeliest()) {
                describe(top.addObject(), alternative.token(), alternative.logprob());
            }
        }
        return json;
    }

    private void describe(ObjectNode json, int token, double logprob) {
        String piece = codec.piece(token);
        json.put("token", piece).put("logprob", logprob);
        ArrayNode bytes = json.putArray("bytes");
        for (byte each : piece.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(each & 0xff);
        }
    }
}

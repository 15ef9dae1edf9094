package dev.attune.trainer.model;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's Jinja chat template, rendered as transformers renders it or not at all: a prompt that is almost right trains
 * and serves a model that is almost right, and nobody sees it. {@link ChatTemplateChecks} refuses what Jinjava would
 * render otherwise.
 */
public final class ChatTemplate {
    private static final int MAX_OUTPUT_CHARS = 16 * 1024 * 1024;
    private static final Jinjava ENGINE = engine();

    private final String source;
    private final Map<String, Object> tokens = new HashMap<>();

    /**
     * Reads a template.
     *
     * @param beginOfSequence what {@code bos_token} stands for; null: undefined
     * @param endOfSequence what {@code eos_token} stands for; null: undefined
     * @throws ModelException naming what in the template is not supported
     */
    public ChatTemplate(String source, @Nullable String beginOfSequence, @Nullable String endOfSequence) {
        ChatTemplateChecks.refuseWhatDiffers(source);
        // Jinja drops one newline at a template's end.
        this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
        if (beginOfSequence != null) {
            tokens.put("bos_token", beginOfSequence);
        }
        if (endOfSequence != null) {
            tokens.put("eos_token", endOfSequence);
        }
    }

    /**
     * The text of a conversation.
     *
     * @param addGenerationPrompt whether to end where the assistant begins to answer
     * @throws ModelException with the template's own message, when it refuses the messages, or with Jinjava's, when it
     *     fails
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        Map<String, Object> context = new HashMap<>(tokens);
        context.put(
                "messages",
                messages.stream()
                        .map(m -> Map.of("role", m.role(), "content", m.content()))
                        .toList());
        context.put("add_generation_prompt", addGenerationPrompt);
        RenderResult result = ENGINE.renderForResult(source, context);
        // Jinjava collects errors and renders on.
        for (TemplateError error : result.getErrors()) {
            throw new ModelException("chat_template: line " + error.getLineno() + ": " + cause(error));
        }
        return result.getOutput();
    }

    private static String cause(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateRefusal) {
                return String.valueOf(cause.getMessage());
            }
        }
        return error.getMessage();
    }

    private static Jinjava engine() {
        Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
                // transformers' settings
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                // or a user's "{{ }}" would be run as a template
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(MAX_OUTPUT_CHARS)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
        jinjava.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "raise_exception", ChatTemplate.class, "raise", String.class));
        jinjava.getGlobalContext().registerFilter(new PythonTrim());
        return jinjava;
    }

    /** What {@code raise_exception} in a template calls. Public for Jinjava only. */
    @SuppressWarnings("DoNotCallSuggester") // templates call it
    public static String raise(String message) {
        throw new TemplateRefusal(message);
    }

    private static final class TemplateRefusal extends RuntimeException {
        TemplateRefusal(String message) {
            super(message);
        }
    }
}

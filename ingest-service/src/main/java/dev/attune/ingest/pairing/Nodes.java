package dev.attune.ingest.pairing;

/**
 * The names of the topology's nodes and stores. Changelog topics and the positions of a running application hang on them:
 * a renamed store starts empty.
 */
final class Nodes {
    static final String COMPLETIONS = "completions";
    static final String FEEDBACK = "feedback";
    static final String READ_COMPLETIONS = "read-completions";
    static final String READ_FEEDBACK = "read-feedback";
    static final String TURN_STAGE = "turn-stage";
    static final String TEXTS_OUT = "prompt-completions-out";
    static final String JUDGED_OUT = "judged-turns-out";
    static final String JUDGED_IN = "judged-turns-in";
    static final String KEEP_JUDGED = "keep-judged-turns";
    static final String TEXTS_IN = "prompt-completions-in";
    static final String KEEP_TEXTS = "keep-prompt-completions";
    static final String READ_JUDGED = "read-judged-turns";
    static final String PROMPT_STAGE = "prompt-stage";
    static final String PAIRS = "preference-pairs";
    static final String SINGLES = "preference-singles";
    static final String DEAD_LETTERS = "dead-letters";
    /** The prompt stage is another sub-topology: a node belongs to one. */
    static final String PROMPT_DEAD_LETTERS = "prompt-dead-letters";

    /** With budgets the prompt stage's pairs go this way. */
    static final String ASSEMBLED_OUT = "assembled-pairs-out";

    /**
     * Streams numbers sub-topologies in the order of their sources' names, and folders of state are named by the number:
     * this name comes after the other sources', so that the stages before it keep theirs whether budgets are on or off.
     */
    static final String ASSEMBLED_IN = "pairs-assembled-in";

    static final String READ_ASSEMBLED = "read-assembled-pairs";
    static final String BUDGET_STAGE = "budget-stage";
    static final String BUDGET_DEAD_LETTERS = "budget-dead-letters";

    static final String TURNS_STORE = "turns";
    static final String TURN_EDITS_STORE = "turn-edits";
    static final String TURN_DUE_STORE = "turn-due";
    static final String PROMPT_TEXTS_STORE = "prompt-completions";
    static final String JUDGED_TURNS_STORE = "judged-turns";
    static final String PROMPT_PAIRS_STORE = "prompt-pairs";
    static final String PROMPT_SINGLES_STORE = "prompt-singles";
    static final String PROMPT_PENDING_STORE = "prompt-pending";
    static final String PROMPT_AGENDA_STORE = "prompt-agenda";
    static final String PROMPT_DUE_STORE = "prompt-due";
    static final String BUDGET_PLACES_STORE = "budget-places";
    static final String BUDGET_PAIRS_STORE = "budget-pairs";
    static final String BUDGET_SCOPES_STORE = "budget-scopes";
    static final String BUDGET_RANKS_STORE = "budget-ranks";

    private Nodes() {}
}

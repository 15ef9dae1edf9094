package dev.attune.publisher.release;

import java.util.Locale;

/** Why a release was rejected, or rolled back; also the metric's tag. */
public enum RejectReason {
    /** Version and digest of the event do not belong together. */
    VERSION_MISMATCH,
    /** The artifact could not be read where the event says it lies. */
    ARTIFACT_UNREACHABLE,
    /** A file's name may lead outside of the checkpoint, or it is a link. */
    UNSAFE_PATH,
    /** A file is a pickle, a program or an archive, or of a kind that no checkpoint holds. */
    UNSAFE_FILE,
    /** It, its adapter or a header is larger than is taken. */
    ARTIFACT_TOO_LARGE,
    /** A file is missing, altered, malformed, or not named in the manifest. */
    ARTIFACT_BROKEN,
    /** The manifest's digest is not the event's. */
    DIGEST_MISMATCH,
    /** The manifest is of another model. */
    MODEL_MISMATCH,
    /** The adapter was trained on another base. */
    BASE_MISMATCH,
    /** It is no adapter but a whole model: replicas load adapters while they run. */
    NOT_AN_ADAPTER,
    /** The adapter is of a kind that serving does not take. */
    ADAPTER_UNSUPPORTED,
    /** Its rank is not one that serving takes. */
    RANK_NOT_SERVED,
    /** Its tensors are not those that base and configuration call for. */
    SHAPE_MISMATCH,
    /** A weight is NaN or infinite. */
    NOT_FINITE,
    /** No trusted key signed what is stored. */
    SIGNATURE_MISSING,
    /** Under a trusted key's name lies a signature that does not hold, or is of something else. */
    SIGNATURE_WRONG,
    /** A bound on the trainer's evaluation is set, and the manifest lacks the figure. */
    FIGURE_MISSING,
    /** On what the trainer holds out it is right less often than the live version. */
    ACCURACY_DROPPED,
    /** It finds the chosen answers that the trainer holds out less likely than the live version does. */
    CHOSEN_LESS_LIKELY,
    /** It cannot be merged into the base for servers that take full weights. */
    NOT_MERGEABLE,
    /** A replica refused to load it. */
    LOAD_REFUSED,
    /** A replica, or the answer check, did not answer within the bound. */
    UNAVAILABLE,
    /** A replica does not compute what the trainer computed. */
    SERVED_OTHERWISE,
    /** What is served cannot be told from the base or from the version before. */
    INDISTINGUISHABLE,
    /** With the load, the version that users get was lost on a replica, or answers otherwise than before. */
    PREVIOUS_DISTURBED,
    /** It has gone too far from the base. */
    KL_TOO_HIGH,
    /** Too many of its answers are not well-formed. */
    ILL_FORMED_ANSWERS,
    /** It answered safety probes with what is forbidden, or without what is required. */
    UNSAFE_ANSWERS,
    /** The team's own evaluation said no. */
    EVALUATION_REFUSED,
    /** The team's own evaluation gave no answer: that is not a yes. */
    EVALUATION_UNANSWERED,
    /** As a canary: its users like it less than others like the stable version. */
    CANARY_WORSE,
    /** As a canary: more of its answers fail. */
    CANARY_ERRORS,
    /** As a canary: more of its answers decline what was asked. */
    CANARY_REFUSALS,
    /** As a canary: its answers take longer. */
    CANARY_SLOWER,
    /** As a canary: its answers are too long. */
    CANARY_LONGER,
    /** As a canary: its answers are too short. */
    CANARY_SHORTER,
    /** As a canary: its time is over, and neither good nor bad is known. */
    CANARY_UNDECIDED,
    /** A person does not want it. */
    DECLINED,
    /** A person took it back. */
    ROLLED_BACK_BY_HAND;

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}

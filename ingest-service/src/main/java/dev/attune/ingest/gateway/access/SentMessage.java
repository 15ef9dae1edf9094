package dev.attune.ingest.gateway.access;

/** A message of a prompt as it was sent: a prompt's id is that of what was sent, whatever of it is stored. */
public record SentMessage(String role, String content) {
    /** Without the text, so that no log has it. */
    @Override
    public String toString() {
        return "SentMessage[role=" + role + ", content=hidden]";
    }
}

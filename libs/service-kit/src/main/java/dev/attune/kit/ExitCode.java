package dev.attune.kit;

/** What the exit codes of every command mean. */
public final class ExitCode {
    /** It did what was asked, or stopped in order. */
    public static final int OK = 0;
    /** It failed while it worked: see the log. */
    public static final int FAILED = 1;
    /** It was asked wrongly: an option, a setting or an input file; the message says which. */
    public static final int USAGE = 2;

    private ExitCode() {}
}

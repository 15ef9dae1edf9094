package dev.attune.kit;

/** A setting that cannot be used. The message names the setting and says what would be right; no stack trace is shown. */
public final class ConfigException extends IllegalArgumentException {
    private final String setting;
    private final String problem;

    /**
     * @param setting the setting's name within its record, or its dotted path in the file
     * @param problem what is wrong and what would be right
     */
    public ConfigException(String setting, String problem) {
        super(setting + ": " + problem);
        this.setting = setting;
        this.problem = problem;
    }

    /** The same problem, with the setting seen from the record around it. */
    ConfigException within(String outer) {
        return outer.isEmpty() ? this : new ConfigException(outer + "." + setting, problem);
    }
}

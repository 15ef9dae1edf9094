package dev.attune.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one component of a configuration record, and gives its default. A component without a default has to be
 * set, unless its type is {@code @Nullable}; a nested record without a value is built from its own defaults.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** What it means, with its unit: a sentence for the operator. */
    String value();

    /** The default as it would stand in the YAML file, for example {@code 16}, {@code 500ms} or {@code {}}. */
    String byDefault() default "";

    /** True where the setting may be absent; the component is then null. */
    boolean optional() default false;
}

package dev.attune.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that run Java on the JDK that runs us. */
public final class JavaCommand {
    private JavaCommand() {}

    /** The {@code java} executable of this process's JDK. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The flags that every Attune process runs with: the build writes them from its property {@code attune.jvm.args}. */
    public static List<String> attuneFlags() {
        try (InputStream flags = JavaCommand.class.getResourceAsStream("jvm-args.txt")) {
            if (flags == null) {
                throw new IllegalStateException(
                        "the class path lacks dev/attune/embedded/jvm-args.txt: build libs/embedded again");
            }
            String line = new String(flags.readAllBytes(), StandardCharsets.UTF_8).strip();
            return List.of(line.split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The command that runs a main class as its own JVM, on this process's class path and with {@link #attuneFlags()}.
     *
     * @param jvmOptions more JVM options, such as {@code -Xmx256m}; {@code attune.home} is passed on by itself
     */
    public static List<String> ofMain(String mainClass, List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(attuneFlags());
        String home = System.getProperty("attune.home");
        if (home != null) {
            command.add("-Dattune.home=" + home);
        }
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(classPath());
        command.add(mainClass);
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** Under surefire the class path may be one jar that only lists the others; the list itself is in a property. */
    private static String classPath() {
        String listed = System.getProperty("surefire.test.class.path");
        return listed == null || listed.isBlank() ? System.getProperty("java.class.path") : listed;
    }
}

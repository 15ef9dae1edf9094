package dev.attune.quickstart.serving.llamacpp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Finds, extracts and opens {@code libjllama.so}. The file goes into a folder of this process alone and is deleted once it is open:
 * a fixed name in a shared folder is overwritten by the next JVM while this one runs from it.
 */
final class NativeLibrary {
    private static final String RESOURCE = "/de/kherud/llama/Linux/x86_64/libjllama.so";
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private NativeLibrary() {}

    /** Opens the library for the life of this JVM. */
    static SymbolLookup open() {
        requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        requireAvx2(cpuInfo());
        try (InputStream packed = NativeLibrary.class.getResourceAsStream(RESOURCE)) {
            if (packed == null) {
                throw new LlamaCppException(RESOURCE + " is not on the class path: add de.kherud:llama:4.1.0");
            }
            return extractAndOpen(packed);
        } catch (IOException failure) {
            throw new LlamaCppException(
                    "cannot extract libjllama.so below " + System.getProperty("java.io.tmpdir") + ": "
                            + failure.getMessage(),
                    failure);
        }
    }

    @SuppressWarnings("restricted") // the JVM is started with --enable-native-access
    private static SymbolLookup extractAndOpen(InputStream packed) throws IOException {
        Path folder = Files.createTempDirectory("attune-llama-");
        Path library = folder.resolve("libjllama.so");
        try {
            Files.copy(packed, library, StandardCopyOption.REPLACE_EXISTING);
            return SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException failure) {
            throw new LlamaCppException(explain(String.valueOf(failure.getMessage())), failure);
        } finally {
            // An open library stays mapped; only its name goes.
            Files.deleteIfExists(library);
            Files.deleteIfExists(folder);
        }
    }

    static void requirePlatform(String osName, String architecture) {
        boolean linux = osName.toLowerCase(Locale.ROOT).contains("linux");
        boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
        if (!linux || !x86) {
            throw new LlamaCppException("the serving process needs Linux on x86_64, this is " + osName + " on "
                    + architecture + ": run it in a Linux container or virtual machine");
        }
    }

    /** The library was compiled with AVX2; without it the first matrix product is an illegal instruction that ends the JVM. */
    static void requireAvx2(String cpuInfo) {
        if (!cpuInfo.isEmpty() && !cpuInfo.contains(" avx2")) {
            throw new LlamaCppException(
                    "this processor has no AVX2, which llama.cpp's library was compiled for: use a machine "
                            + "with AVX2 (any x86_64 server since 2015), or expose it to the virtual machine (CPU model 'host')");
        }
    }

    /** Turns the dynamic linker's message into one that says what to do. */
    static String explain(String linkerMessage) {
        if (linkerMessage.contains("libgomp")) {
            return "llama.cpp needs the OpenMP runtime libgomp.so.1, which is not installed: apt-get install libgomp1";
        }
        return "cannot open llama.cpp's library libjllama.so: " + linkerMessage
                + " (it needs glibc, libstdc++ and libgomp1: apt-get install libgomp1)";
    }

    private static String cpuInfo() {
        try {
            return Files.readString(CPU_INFO);
        } catch (IOException unreadable) {
            return "";
        }
    }
}

package dev.attune.trainer.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the archive that PyTorch's {@code torch.jit.load} reads, from source text and without Python: an uncompressed
 * zip with the code, a pickled module object that has no attributes, and no constants.
 */
final class TorchScriptArchive {
    /** The name of the one class that the source must define; in the source it is {@code __torch__.Program}. */
    static final String CLASS_NAME = "Program";

    // Oldest format that has the code layout used here; every PyTorch since 1.5 reads it.
    private static final String FORMAT_VERSION = "3\n";
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private TorchScriptArchive() {}

    /**
     * @param functions free functions, reachable as {@code __torch__.name}; may be empty
     * @param methods methods of the class, each indented by two spaces and taking {@code self: __torch__.Program}
     */
    static byte[] of(String functions, String methods) {
        String source = functions
                + "class " + CLASS_NAME + "(Module):\n"
                + "  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                + methods;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "program/data.pkl", moduleObject());
            store(zip, "program/code/__torch__.py", source.getBytes(UTF_8));
            store(zip, "program/constants.pkl", EMPTY_TUPLE);
            store(zip, "program/version", FORMAT_VERSION.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Pickle, protocol 2, of {@code Program} with the state {@code {"training": False}}. */
    private static byte[] moduleObject() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // PROTO 2
        pickle.write(("c__torch__\n" + CLASS_NAME + "\n").getBytes(UTF_8)); // GLOBAL
        pickle.write(new byte[] {'q', 0, ')', (byte) 0x81, '}'}); // BINPUT, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT
        pickle.write(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE of 8 bytes
        pickle.write("training".getBytes(UTF_8));
        pickle.write(new byte[] {(byte) 0x89, 's', 'b', 'q', 1, '.'}); // NEWFALSE, SETITEM, BUILD, BINPUT, STOP
        return pickle.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}

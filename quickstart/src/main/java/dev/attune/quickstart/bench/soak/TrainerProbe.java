package dev.attune.quickstart.bench.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Looks into the trainer's process from outside: it runs as in production, with nothing of the soak in its heap. */
final class TrainerProbe implements AutoCloseable {
    private final long pid;
    private final JMXConnector connector;
    private final MemoryMXBean memory;
    private final UnixOperatingSystemMXBean system;

    private TrainerProbe(long pid, JMXConnector connector) throws IOException {
        this.pid = pid;
        this.connector = connector;
        this.memory = ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        this.system = ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(),
                ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME,
                UnixOperatingSystemMXBean.class);
    }

    /** @throws IOException if the process is not one of this user's JVMs */
    @SuppressWarnings("BanJNDI") // The other side is a process that this one has started.
    static TrainerProbe attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
                return new TrainerProbe(pid, JMXConnectorFactory.connect(url));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot look into process " + pid, e);
        }
    }

    /**
     * Bytes and counts of the process at one moment.
     *
     * @param heapAfterGc in use on the Java heap after a full collection
     * @param resident memory that the process occupies
     * @param outsideHeap of that what is not Java heap: PyTorch, the JVM's own, threads, buffers
     */
    record Look(long heapAfterGc, long resident, long outsideHeap, long openFiles) {}

    Look look() throws IOException {
        memory.gc();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        long resident = resident();
        return new Look(heap.getUsed(), resident, resident - heap.getCommitted(), system.getOpenFileDescriptorCount());
    }

    private long resident() throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(status)) {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        return Long.parseLong(new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()) << 10;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}

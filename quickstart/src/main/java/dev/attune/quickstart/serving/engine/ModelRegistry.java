package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.LlamaAdapter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The base model and the adapters that are loaded, by name. A name is never reused for other weights while it is loaded. */
public final class ModelRegistry implements AutoCloseable {
    private final ServedModel base;
    private final int maxAdapters;
    /** A null-free map; a name whose adapter is still being read is present with an empty value. */
    private final Map<String, Optional<ServedModel>> adapters = new LinkedHashMap<>();

    private int loading;
    private boolean closed;

    /** @param maxAdapters loaded at once */
    public ModelRegistry(String baseName, String baseRoot, int maxAdapters) {
        this.base = new ServedModel(baseName, baseRoot, null);
        this.maxAdapters = maxAdapters;
    }

    /** Reads an adapter's weights. */
    @FunctionalInterface
    public interface AdapterLoader<E extends Exception> {
        LlamaAdapter load() throws E;
    }

    /** What became of a request to load. */
    public enum LoadResult {
        LOADED,
        NAME_TAKEN,
        TOO_MANY
    }

    /** Loads an adapter under a new name. The name is taken while its weights are read: of two that ask for it, one reads. */
    public <E extends Exception> LoadResult load(String name, String root, AdapterLoader<E> loader) throws E {
        synchronized (this) {
            if (closed) {
                throw new QueueFullException("the server is shutting down");
            }
            if (name.equals(base.name()) || adapters.containsKey(name)) {
                return LoadResult.NAME_TAKEN;
            }
            if (adapters.size() >= maxAdapters) {
                return LoadResult.TOO_MANY;
            }
            adapters.put(name, Optional.empty());
            loading++;
        }
        ServedModel model = null;
        try {
            model = new ServedModel(name, root, loader.load());
            return LoadResult.LOADED;
        } finally {
            endLoad(name, model);
        }
    }

    private synchronized void endLoad(String name, @Nullable ServedModel model) {
        if (model == null) {
            adapters.remove(name);
        } else {
            adapters.put(name, Optional.of(model));
        }
        loading--;
        notifyAll();
    }

    /** Forgets a name; its weights go when the last request that uses them is done. False if it is not loaded. */
    public boolean unload(String name) {
        ServedModel model;
        synchronized (this) {
            model = adapters.getOrDefault(name, Optional.empty()).orElse(null);
            if (model == null) {
                return false;
            }
            adapters.remove(name);
        }
        model.release();
        return true;
    }

    /** The model of this name, retained for the caller, who must release it. */
    public synchronized Optional<ServedModel> acquire(String name) {
        Optional<ServedModel> found =
                name.equals(base.name()) ? Optional.of(base) : adapters.getOrDefault(name, Optional.empty());
        return found.filter(ServedModel::retain);
    }

    public ServedModel base() {
        return base;
    }

    /** The loaded adapters, in the order in which they came. */
    public synchronized List<ServedModel> adapters() {
        return adapters.values().stream().flatMap(Optional::stream).toList();
    }

    public int maxAdapters() {
        return maxAdapters;
    }

    /** Unloads every adapter, those that are still being read too, and accepts no more. */
    @Override
    public void close() {
        List<ServedModel> loaded;
        synchronized (this) {
            closed = true;
            boolean interrupted = false;
            while (loading > 0) {
                try {
                    wait();
                } catch (InterruptedException again) {
                    interrupted = true; // the model must not be freed under an adapter that is being read
                }
            }
            loaded = adapters();
            adapters.clear();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        loaded.forEach(ServedModel::release);
    }
}

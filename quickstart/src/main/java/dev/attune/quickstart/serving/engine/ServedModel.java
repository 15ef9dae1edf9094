package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.LlamaAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A name that requests can ask for: the base model, or an adapter on it. Counted by reference, because an adapter that is unloaded
 * while requests compute with it must stay in memory until the last of them is done.
 */
public final class ServedModel {
    private final String name;
    private final String root;
    private final @Nullable LlamaAdapter adapter;
    private int references = 1;

    /** @param root where its weights came from */
    ServedModel(String name, String root, @Nullable LlamaAdapter adapter) {
        this.name = name;
        this.root = root;
        this.adapter = adapter;
    }

    public String name() {
        return name;
    }

    public String root() {
        return root;
    }

    /** The adapter, or null for the base model. */
    @Nullable
    LlamaAdapter adapter() {
        return adapter;
    }

    /** Keeps the weights in memory until {@link #release}; false if they are gone. */
    synchronized boolean retain() {
        if (references == 0) {
            return false;
        }
        references++;
        return true;
    }

    /** Gives back one reference; the last one frees the adapter. */
    public void release() {
        synchronized (this) {
            if (references == 0) {
                throw new IllegalStateException(name + " was released more often than retained");
            }
            references--;
            if (references > 0) {
                return;
            }
        }
        if (adapter != null) {
            adapter.close();
        }
    }
}

/** The part of vLLM's HTTP API that is served: models, completions, chat, and adapters that come and go while it runs. */
@NullMarked
package dev.attune.quickstart.serving.api;

import org.jspecify.annotations.NullMarked;

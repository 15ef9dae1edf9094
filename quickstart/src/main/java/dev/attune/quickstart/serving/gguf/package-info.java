/** Hugging Face models and PEFT adapters written as GGUF, the file format of llama.cpp. */
@NullMarked
package dev.attune.quickstart.serving.gguf;

import org.jspecify.annotations.NullMarked;

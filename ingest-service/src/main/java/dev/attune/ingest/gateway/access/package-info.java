/** Who a caller is, and what stands for their users and prompts. */
@NullMarked
package dev.attune.ingest.gateway.access;

import org.jspecify.annotations.NullMarked;

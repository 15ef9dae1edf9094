/** What is taken out of people's texts before they are stored. Every scan takes time linear in the text's length. */
@NullMarked
package dev.attune.ingest.gateway.privacy;

import org.jspecify.annotations.NullMarked;

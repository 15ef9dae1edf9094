/** {@code ./attune bench trainer-soak}: the trainer for very many steps, watched for what grows. */
@NullMarked
package dev.attune.quickstart.bench.soak;

import org.jspecify.annotations.NullMarked;

/**
 * Signatures of released artifacts, in the layout of OpenSSF model signing (github.com/sigstore/model-transparency): a
 * Sigstore bundle around a DSSE envelope around an in-toto statement that names every file with its digest.
 */
@NullMarked
package dev.attune.publisher.sign;

import org.jspecify.annotations.NullMarked;

/** What a release is: its candidate, its states and the legal ways between them, and the reasons why it may end early. */
@NullMarked
package dev.attune.publisher.release;

import org.jspecify.annotations.NullMarked;

/** What people see of releases and say about them: the command line and the HTTP API, over the same two topics. */
@NullMarked
package dev.attune.publisher.desk;

import org.jspecify.annotations.NullMarked;

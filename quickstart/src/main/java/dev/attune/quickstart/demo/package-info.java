/**
 * {@code ./attune demo}: starts every part of the loop for real, lets simulated users chat and judge, and measures what
 * serving answers. {@code DemoMain} → {@code DemoRun} (the course) → {@code DemoPlatform} (the processes).
 */
@NullMarked
package dev.attune.quickstart.demo;

import org.jspecify.annotations.NullMarked;

/** Runs of workloads and faults from a seed, and what must hold after each. */
@NullMarked
package io.relaykv.tests.scenario;

import org.jspecify.annotations.NullMarked;

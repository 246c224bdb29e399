/** Clients at work while faults happen; all they do is recorded. */
@NullMarked
package io.relaykv.tests.workload;

import org.jspecify.annotations.NullMarked;

/** Clusters for tests: in one JVM, or as real processes that can be killed. */
@NullMarked
package io.relaykv.testkit;

import org.jspecify.annotations.NullMarked;

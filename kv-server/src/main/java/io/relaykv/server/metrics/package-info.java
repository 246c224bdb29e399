/** What a node measures about itself, Ratis and the JVM, and how Prometheus reads it. */
@NullMarked
package io.relaykv.server.metrics;

import org.jspecify.annotations.NullMarked;

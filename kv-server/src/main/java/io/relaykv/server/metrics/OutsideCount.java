package io.relaykv.server.metrics;

import com.codahale.metrics.Gauge;
import org.jspecify.annotations.Nullable;

/** A count that is kept elsewhere and never falls, but for a restart of whatever keeps it. */
@FunctionalInterface
public interface OutsideCount extends Gauge<@Nullable Number> {}

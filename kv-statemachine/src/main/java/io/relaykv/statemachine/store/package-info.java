/** The store on disk: the only place that knows RocksDB. */
@NullMarked
package io.relaykv.statemachine.store;

import org.jspecify.annotations.NullMarked;

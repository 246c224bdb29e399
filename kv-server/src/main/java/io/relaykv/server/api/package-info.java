/**
 * The client API on the wire: gRPC services, and the way of requests to the log and to the store.
 */
@NullMarked
package io.relaykv.server.api;

import org.jspecify.annotations.NullMarked;

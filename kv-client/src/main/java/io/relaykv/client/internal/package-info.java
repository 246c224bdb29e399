/** How the client does it, on gRPC. Not for use by others: anything here may change at any time. */
@NullMarked
package io.relaykv.client.internal;

import org.jspecify.annotations.NullMarked;

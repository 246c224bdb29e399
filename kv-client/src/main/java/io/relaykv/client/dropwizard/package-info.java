/** Metrics of clients for applications that use Dropwizard's; nothing else here knows of these. */
@NullMarked
package io.relaykv.client.dropwizard;

import org.jspecify.annotations.NullMarked;

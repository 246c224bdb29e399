/** What a node answers to probes, to Prometheus and to a person with a browser. */
@NullMarked
package io.relaykv.server.http;

import org.jspecify.annotations.NullMarked;

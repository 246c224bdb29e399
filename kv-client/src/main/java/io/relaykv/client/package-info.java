/**
 * The client of a RelayKV cluster: {@link io.relaykv.client.KvClient} and what it takes and gives.
 */
@NullMarked
package io.relaykv.client;

import org.jspecify.annotations.NullMarked;

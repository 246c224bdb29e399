/** Small applications of RelayKV, to begin from. */
@NullMarked
package io.relaykv.examples;

import org.jspecify.annotations.NullMarked;

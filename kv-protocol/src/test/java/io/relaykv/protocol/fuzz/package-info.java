/** What fuzz tests are made of. */
@NullMarked
package io.relaykv.protocol.fuzz;

import org.jspecify.annotations.NullMarked;

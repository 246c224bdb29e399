/** Reading JSON strictly and writing it in its canonical form. */
@NullMarked
package io.relaykv.protocol.json;

import org.jspecify.annotations.NullMarked;

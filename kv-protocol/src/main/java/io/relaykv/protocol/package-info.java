/** The rules that clients and servers share: what a key and a value may be, and how large. */
@NullMarked
package io.relaykv.protocol;

import org.jspecify.annotations.NullMarked;

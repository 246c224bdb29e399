/** A version that comes after this one, to upgrade to. */
@NullMarked
package io.relaykv.tests.upgrade;

import org.jspecify.annotations.NullMarked;

/** Known bugs that can be put back, to see that the tests find them. */
@NullMarked
package io.relaykv.tests.mutation;

import org.jspecify.annotations.NullMarked;

/** What a person sees in a browser. */
@NullMarked
package io.relaykv.tests.browser;

import org.jspecify.annotations.NullMarked;

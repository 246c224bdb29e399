/** What is done to a cluster while clients are at work, and how it is undone. */
@NullMarked
package io.relaykv.tests.nemesis;

import org.jspecify.annotations.NullMarked;

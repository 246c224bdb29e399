/** What a node is told before it starts: the settings, where they come from and what they allow. */
@NullMarked
package io.relaykv.server.config;

import org.jspecify.annotations.NullMarked;

/** TLS on both ports: the certificates, how they are checked and how they are exchanged. */
@NullMarked
package io.relaykv.server.tls;

import org.jspecify.annotations.NullMarked;

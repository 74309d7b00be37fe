/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */

/** The README's program. */
module shop {
  requires dev.observe;
  requires dev.observe.servlet;
  requires org.apache.tomcat.embed.core;
}

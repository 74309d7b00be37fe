/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.testkit;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Resources with a sub-resource, a failure, and annotations on an interface. */
public final class JaxRsShop {
  private JaxRsShop() {}

  /** A resource. */
  @Path("/orders")
  public static class Orders {
    /** One order. */
    @GET
    @Path("{id}")
    public String order(@PathParam("id") String id) {
      return id;
    }

    /** Fails. */
    @GET
    @Path("{id}/fails")
    public String fails() {
      throw new IllegalStateException("planned");
    }

    /** The lines of an order. */
    @Path("{id}/lines")
    public Lines lines() {
      return new Lines();
    }
  }

  /** A sub-resource. */
  public static class Lines {
    /** One line. */
    @GET
    @Path("{line}")
    public String line(@PathParam("line") String line) {
      return line;
    }
  }

  /** Annotated for its implementation. */
  @Path("/carts")
  public interface Carts {
    /** One cart. */
    @GET
    @Path("{cart}")
    String cart(@PathParam("cart") String cart);
  }

  /** Has no annotation. */
  public static class StoredCarts implements Carts {
    @Override
    public String cart(String cart) {
      return cart;
    }
  }
}

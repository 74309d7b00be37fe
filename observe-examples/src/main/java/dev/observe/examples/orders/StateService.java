/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.orders;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import dev.observe.examples.support.Http;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.bson.Document;

/**
 * Documents of states: {@code POST /states} inserts two, {@code GET /states/{name}} finds one, and
 * {@code DELETE /states} drops the collection.
 */
final class StateService extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient MongoCollection<Document> states;

  StateService(MongoCollection<Document> states) {
    this.states = states;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    states.insertMany(
        List.of(
            new Document("name", "Washington").append("population", 7_062_000),
            new Document("name", "Oregon").append("population", 3_970_000)));
    Http.answer(response, HttpServletResponse.SC_CREATED, "two states");
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.setAttribute("http.route", "/states/{name}");
    String name = String.valueOf(request.getPathInfo()).substring(1);
    Document state = states.find(Filters.eq("name", name)).first();
    if (state == null) {
      Http.answer(response, HttpServletResponse.SC_NOT_FOUND, "no such state");
    } else {
      Http.answer(response, HttpServletResponse.SC_OK, name + ": " + state.get("population"));
    }
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    states.drop();
    Http.answer(response, HttpServletResponse.SC_OK, "dropped");
  }
}

package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.Operation;
import io.espalier.runtime.Operations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ApiDocumentsTest {
  private final JsonObject openApi = ApiDocuments.openApi();
  private final JsonObject asyncApi = ApiDocuments.asyncApi();

  private static List<String> references(Object json) {
    List<String> found = new ArrayList<>();
    if (json instanceof JsonObject object) {
      object.forEach(
          entry -> {
            if (entry.getKey().equals("$ref")) {
              found.add(String.valueOf(entry.getValue()));
            }
            found.addAll(references(entry.getValue()));
          });
    } else if (json instanceof JsonArray array) {
      array.forEach(one -> found.addAll(references(one)));
    }
    return found;
  }

  private static Object at(JsonObject document, String reference) {
    Object place = document;
    for (String part : reference.substring(2).split("/")) {
      place = ((JsonObject) place).getValue(part);
    }
    return place;
  }

  @Test
  void everyOperationIsInTheOpenApiDocumentUnderItsPath() {
    for (Operation operation : Operations.ALL) {
      String path = "/api/v1" + operation.path().replaceAll(":([A-Za-z]+)", "{$1}");
      JsonObject described =
          openApi
              .getJsonObject("paths")
              .getJsonObject(path)
              .getJsonObject(operation.method().toLowerCase(Locale.ROOT));
      assertThat(described.getString("operationId")).isEqualTo(operation.id());
      assertThat(described.getString("summary")).endsWith(".");
    }
  }

  @Test
  void everyFieldOfARequestCanBeGiven() {
    JsonObject operation =
        openApi
            .getJsonObject("paths")
            .getJsonObject("/api/v1/runs/{run}/events")
            .getJsonObject("get");

    assertThat(operation.getJsonArray("parameters"))
        .extracting(parameter -> ((JsonObject) parameter).getString("name"))
        .containsExactly("run", "fromSeq", "limit");
  }

  @Test
  void pathParametersAreFieldsOfTheRequest() {
    for (Operation operation : Operations.ALL) {
      Set<String> fields =
          operation.request().getDescriptorForType().getFields().stream()
              .map(FieldDescriptor::getJsonName)
              .collect(Collectors.toSet());
      for (String part : operation.path().split("/")) {
        if (part.startsWith(":")) {
          assertThat(fields).as(operation.address()).contains(part.substring(1));
        }
      }
    }
  }

  @Test
  void referencesLeadSomewhere() {
    for (JsonObject document : List.of(openApi, asyncApi)) {
      assertThat(references(document))
          .isNotEmpty()
          .allSatisfy(reference -> assertThat(at(document, reference)).isNotNull());
    }
  }

  @Test
  void commentsOfTheMessagesAreDescriptions() {
    assertThat(at(openApi, "#/components/schemas/RunEvent/properties/seq/description").toString())
        .contains("without a gap");
  }

  @Test
  void everyAddressOfTheBusIsInTheAsyncApiDocument() throws IllegalAccessException {
    Set<String> described = new HashSet<>();
    asyncApi
        .getJsonObject("channels")
        .forEach(channel -> described.add(((JsonObject) channel.getValue()).getString("address")));
    for (Field field : Addresses.class.getFields()) {
      boolean prefix = field.getName().endsWith("PREFIX");
      if (Modifier.isStatic(field.getModifiers()) && !prefix) {
        assertThat(described).contains((String) field.get(null));
      }
    }
    assertThat(described)
        .contains(
            Addresses.event("{run}"),
            Addresses.script("{topic}"),
            Addresses.extension("{kind}", "{id}"));
  }
}

package io.espalier.core;

import io.espalier.api.Shape;
import java.util.List;

/** How the shapes of an operator's outputs follow from its inputs. */
@FunctionalInterface
interface ShapeRule {
  /** Shapes of all outputs that the operator may have, in order. */
  List<Shape> infer(ShapeContext context);
}

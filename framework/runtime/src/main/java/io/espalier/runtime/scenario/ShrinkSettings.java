package io.espalier.runtime.scenario;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.core.LayerSelection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be set of a shrink stage, whichever channel pruner it names. */
public final class ShrinkSettings {
  /** The word for channels as what a share is of. */
  public static final String CHANNELS = "channels";

  /** How much goes. */
  public static final Parameter<Double> SPARSITY =
      Parameter.number("sparsity", "share that goes; layers may have their own share of channels")
          .or(0.5)
          .atLeast(0)
          .below(1);

  /** Of what. */
  public static final Parameter<String> OF =
      Parameter.choice(
              "of",
              "what sparsity is a share of: channels, or parameters, macs or latency, for which the share of channels is searched",
              CHANNELS,
              "parameters",
              "macs",
              "latency")
          .or(CHANNELS);

  /** What competes. */
  public static final Parameter<String> MODE =
      Parameter.choice(
              "mode",
              "what chooses: normal each layer, and a channel goes where all that make it agree; dependency_aware each group; global all groups by one ranking; isomorphic all groups of one structure",
              "normal",
              "dependency_aware",
              "global",
              "isomorphic")
          .or("dependency_aware");

  /** How a group's layers become one score. */
  public static final Parameter<String> REDUCTION =
      Parameter.choice(
              "reduction",
              "how the scores of a group's layers become one",
              "mean",
              "sum",
              "max",
              "product",
              "first")
          .or("mean");

  /** What makes groups comparable. */
  public static final Parameter<String> NORMALISATION =
      Parameter.choice(
              "normalisation",
              "what makes the scores of groups comparable",
              "none",
              "mean",
              "sum",
              "max",
              "standard",
              "lamp")
          .or("mean");

  /** The least that stays. */
  public static final Parameter<Integer> MIN_CHANNELS =
      Parameter.integer("minChannels", "channels that each group keeps at least").or(1).atLeast(1);

  /** What kept channels are rounded to. */
  public static final Parameter<Integer> ROUND_TO =
      Parameter.integer(
              "roundTo", "kept channels are rounded down to a multiple of this, never to none")
          .or(1)
          .atLeast(1);

  /** The most that goes. */
  public static final Parameter<Double> MAX_SPARSITY_PER_LAYER =
      Parameter.number("maxSparsityPerLayer", "share of channels that goes at most of each group")
          .or(1.0)
          .atLeast(0)
          .atMost(1);

  /** What attention loses. */
  public static final Parameter<String> HEADS =
      Parameter.choice(
              "heads",
              "what attention loses: whole heads, or the same dimensions of every head",
              "whole",
              "dimensions")
          .or("whole");

  /** Layers whose inputs stay. */
  public static final Parameter<List<String>> PROTECT_INPUTS =
      names("protectInputs", "layers whose input channels all stay");

  /** Layers whose outputs stay. */
  public static final Parameter<List<String>> PROTECT_OUTPUTS =
      names(
          "protectOutputs",
          "layers whose output channels all stay; outputs of the graph always do");

  /** Whether the last layer stays. */
  public static final Parameter<Boolean> EXCLUDE_LAST_LAYER =
      Parameter.bool("excludeLastLayer", "the outputs of the last layer stay").or(true);

  /** What is taken for the activation. */
  public static final Parameter<String> ACTIVATION =
      Parameter.choice(
              "activation",
              "what statistics of activations see behind a layer: the graph's own activation, or another in its place",
              "graph",
              "relu",
              "relu6",
              "gelu")
          .or("graph");

  /** How many samples statistics are measured with. */
  public static final Parameter<Integer> SAMPLES =
      Parameter.integer("samples", "training samples to measure with, before calibration.samples")
          .atLeast(1)
          .alsoNamed("trainingSteps")
          .optional();

  /** A stored plan. */
  public static final Parameter<String> PLAN =
      Parameter.text("plan", "a plan's file that is applied in place of a new plan").optional();

  /** What the shares are of. */
  public static final Parameter<String> SINCE =
      Parameter.text(
              "since",
              "an earlier stage; shares of channels are of what there was before it, and what left since counts; rounds set it")
          .optional();

  private static final List<Parameter<?>> SELECTION =
      List.of(
          LayerSelection.LAYERS,
          LayerSelection.PRUNE_DENSE,
          LayerSelection.FIRST_LAYERS,
          LayerSelection.LAST_LAYERS,
          LayerSelection.EXCLUDE_FIRST,
          LayerSelection.EXCLUDE_LAST);

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = all();

  private ShrinkSettings() {}

  private static Parameter<List<String>> names(String name, String meaning) {
    return Parameter.list(name, meaning, Parameter.text("name", "a layer's name or glob"))
        .or(List.of());
  }

  private static List<Parameter<?>> all() {
    List<Parameter<?>> all =
        new ArrayList<>(
            List.of(
                SPARSITY,
                OF,
                MODE,
                REDUCTION,
                NORMALISATION,
                MIN_CHANNELS,
                ROUND_TO,
                MAX_SPARSITY_PER_LAYER,
                HEADS,
                PROTECT_INPUTS,
                PROTECT_OUTPUTS,
                EXCLUDE_LAST_LAYER,
                ACTIVATION,
                SAMPLES));
    all.addAll(SELECTION);
    all.addAll(
        List.of(
            PLAN,
            SINCE,
            PruneSettings.APPROVE,
            PruneSettings.ROUNDS,
            PruneSettings.ROUND_SCHEDULE));
    all.add(PruneSettings.CALIBRATION);
    return List.copyOf(all);
  }

  private static boolean isNamed(Parameter<?> parameter, String name) {
    return parameter.name().equals(name) || parameter.otherNames().contains(name);
  }

  /** The layers that a stage selects. */
  public static LayerSelection selection(StageSpec stage) {
    Map<String, Object> given = new LinkedHashMap<>();
    stage
        .given()
        .forEach(
            (key, value) -> {
              String name = Parameters.camelCase(key);
              if (SELECTION.stream().anyMatch(parameter -> isNamed(parameter, name))) {
                given.put(name, value);
              }
            });
    return new LayerSelection(Parameters.of("selection", LayerSelection.PARAMETERS, given));
  }
}

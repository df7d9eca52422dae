// The messages of the gateway in their protobuf JSON form. The types come from the .proto files.
export type {
  CurvesJson,
  DeletionOfferJson,
  EventBatchJson,
  GroupViewJson,
  LayerViewJson,
  LayerWeightsJson,
  ModelViewJson,
  PluginInfoJson,
  PluginListJson,
  RunListJson,
  RunModelsJson,
  RunSnapshotJson,
  RunSummaryJson,
  ScenarioPreviewJson,
} from "./gen/espalier/v1/control_pb";
export type {
  ChannelsCutJson,
  FailureJson,
  LayerSparsityJson,
  MetricJson,
  PlanProposedJson,
  RunEventJson,
  RunStateJson,
  StageInfoJson,
  StepJson,
} from "./gen/espalier/v1/event_pb";

/** A number of the protobuf JSON mapping, where a double may be "NaN" or "Infinity". */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** The number itself. An absent field has its default, 0. */
export function num(value: JsonNumber | undefined): number {
  return value === undefined ? 0 : Number(value);
}

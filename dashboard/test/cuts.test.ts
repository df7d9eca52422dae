import { describe, expect, it } from "vitest";
import { layerRows, staying } from "../src/cuts-view";

describe("a cut", () => {
  it("tells of each layer what it had and has", () => {
    const rows = layerRows({
      layers: [
        {
          layer: "conv1",
          inputsBefore: 1,
          inputsAfter: 1,
          outputsBefore: 1200,
          outputsAfter: 600,
          weightsBefore: 10800,
          weightsAfter: 5400,
        },
      ],
    });

    expect(rows).toEqual([{ layer: "conv1", inputs: "1", outputs: "1,200 → 600", kept: 0.5 }]);
  });

  it("tells of what stays why", () => {
    const frozen = [{ group: "fc", channels: 10, reason: "output 'logits' of the graph has them" }];

    expect(staying({ frozen })).toEqual([
      "fc keeps its 10 channels: output 'logits' of the graph has them",
    ]);
    expect(staying({})).toEqual([]);
  });
});

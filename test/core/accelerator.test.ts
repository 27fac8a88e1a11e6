import { Accelerator } from "../../lib/core";
import { refusal } from "../refusal";
import { LATER_NUMBER } from "./tokens";

describe("Accelerator", () => {
  test("knows these by name, each of its kind", () => {
    const known = Object.entries(Accelerator).map(([member, { kind, name }]) => [member, kind, name]);
    expect(known).toEqual([
      ["NONE", "none", "no accelerator"],
      ["T4", "gpu", "T4"],
      ["A10", "gpu", "A10"],
      ["A10G", "gpu", "A10G"],
      ["L4", "gpu", "L4"],
      ["L40S", "gpu", "L40S"],
      ["RTX_PRO_6000", "gpu", "RTX_PRO_6000"],
      ["A100_40GB", "gpu", "A100_40GB"],
      ["A100_80GB", "gpu", "A100_80GB"],
      ["H100", "gpu", "H100"],
      ["H200", "gpu", "H200"],
      ["B200", "gpu", "B200"],
      ["TPU_V5E", "tpu", "TPU_V5E"],
      ["TPU_V5P", "tpu", "TPU_V5P"],
      ["TPU_V6E", "tpu", "TPU_V6E"],
    ]);
  });

  test("asked for by size, says the size in words and keeps it", () => {
    const asked = Accelerator.gpu(16);
    expect([asked.kind, asked.name, asked.minMemoryGib]).toEqual(["gpu", "a GPU with 16 GiB or more", 16]);
  });

  test("asked for by a name that has no member yet, is a GPU unless the name says TPU", () => {
    const [gpu, tpu] = [Accelerator.named("B300"), Accelerator.named("TPU_V7")];
    expect([gpu.kind, gpu.name, gpu.minMemoryGib]).toEqual(["gpu", "B300", undefined]);
    expect([tpu.kind, tpu.name]).toEqual(["tpu", "TPU_V7"]);
  });

  test.each([0.1, 1024])("takes a size at the end of its range: %p GiB", (gib) => {
    expect(Accelerator.gpu(gib).minMemoryGib).toBe(gib);
  });

  test.each([0, -1, 1024.1, NaN, Infinity])("refuses a size that no GPU has: %p GiB", (gib) => {
    expect(refusal(() => Accelerator.gpu(gib))).toBe(
      `SpecError: Accelerator.gpu(minMemoryGib) must be a number above 0 and up to 1024, got ${gib}; give GiB per GPU`,
    );
  });

  test("refuses a size that only Terraform knows, because the size picks the machine", () => {
    expect(refusal(() => Accelerator.gpu(LATER_NUMBER))).toBe(
      "SpecError: Accelerator.gpu(minMemoryGib) must be known before Terraform runs, got a token; it picks the machine",
    );
  });
});

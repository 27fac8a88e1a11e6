import { mustBe } from "./errors";
import { checkKnown } from "./validation";

/**
 * What a model trains or runs on: nothing but the CPU, a GPU or a TPU.
 *
 * Ask for a size (`Accelerator.gpu(16)`) to get the cheapest GPU that each cloud has, or for one by name.
 */
export class Accelerator {
  /** The CPU alone. */
  public static readonly NONE = new Accelerator("none", "no accelerator");
  /** NVIDIA T4, 16 GiB. No native bf16. */
  public static readonly T4 = new Accelerator("gpu", "T4");
  /** NVIDIA A10, 24 GiB. */
  public static readonly A10 = new Accelerator("gpu", "A10");
  /** NVIDIA A10G, 24 GiB. */
  public static readonly A10G = new Accelerator("gpu", "A10G");
  /** NVIDIA L4, 24 GiB. */
  public static readonly L4 = new Accelerator("gpu", "L4");
  /** NVIDIA L40S, 48 GiB. */
  public static readonly L40S = new Accelerator("gpu", "L40S");
  /** NVIDIA RTX PRO 6000 Blackwell Server Edition, 96 GiB. */
  public static readonly RTX_PRO_6000 = new Accelerator("gpu", "RTX_PRO_6000");
  /** NVIDIA A100, 40 GiB. */
  public static readonly A100_40GB = new Accelerator("gpu", "A100_40GB");
  /** NVIDIA A100, 80 GiB. */
  public static readonly A100_80GB = new Accelerator("gpu", "A100_80GB");
  /** NVIDIA H100, 80 GiB. */
  public static readonly H100 = new Accelerator("gpu", "H100");
  /** NVIDIA H200, 141 GiB. */
  public static readonly H200 = new Accelerator("gpu", "H200");
  /** NVIDIA B200, about 180 GiB. */
  public static readonly B200 = new Accelerator("gpu", "B200");
  /** Google TPU v5e, 16 GiB a chip. */
  public static readonly TPU_V5E = new Accelerator("tpu", "TPU_V5E");
  /** Google TPU v5p, 95 GiB a chip. */
  public static readonly TPU_V5P = new Accelerator("tpu", "TPU_V5P");
  /** Google TPU v6e (Trillium), 32 GiB a chip. */
  public static readonly TPU_V6E = new Accelerator("tpu", "TPU_V6E");

  /**
   * The cheapest GPU of a cloud with at least this much memory of its own.
   *
   * @param minMemoryGib nominal memory of one GPU in GiB, above 0; 16 is enough to fine-tune a ResNet or a small ViT
   */
  public static gpu(minMemoryGib: number): Accelerator {
    checkKnown("Accelerator.gpu(minMemoryGib)", minMemoryGib, "it picks the machine");
    if (!(minMemoryGib > 0) || minMemoryGib > 1024) {
      throw mustBe(
        "Accelerator.gpu(minMemoryGib)",
        "a number above 0 and up to 1024",
        minMemoryGib,
        "give GiB per GPU",
      );
    }
    return new Accelerator("gpu", `a GPU with ${minMemoryGib} GiB or more`, minMemoryGib);
  }

  /**
   * An accelerator that has no member here yet, by the name that a cloud's table of machines gives it, for example `B300`.
   *
   * @param name as written in the table; names that start with `TPU_` are TPUs
   */
  public static named(name: string): Accelerator {
    return new Accelerator(name.startsWith("TPU_") ? "tpu" : "gpu", name);
  }

  private constructor(
    /** `none`, `gpu` or `tpu`. */
    public readonly kind: string,
    /** Exact name, or in words what was asked for. */
    public readonly name: string,
    /** Least memory of one GPU in GiB, when a size and not a name was asked for. */
    public readonly minMemoryGib?: number,
  ) {}
}

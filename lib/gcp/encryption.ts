import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkEnvironmentName } from "../core/resource-names";
import { TimeSleep } from "../core/time-sleep";
import { checkPattern } from "../core/validation";
import { checkProject, checkRegion } from "./checks";
import { ProjectServices } from "./project-services";
import { Suffix } from "./suffix";

/** A key that parts encrypt with: the environment's own, or one that you bring. */
export interface IEncryption {
  /** Id of the Cloud KMS key: `projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>`. */
  readonly keyId: string;
  /** What must be done before something is encrypted with it. */
  readonly ready: ITerraformDependable[];
}

/** What an `Encryption` is made from. */
export interface EncryptionProps {
  /** The environment's name, which is also the key's. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** The region that the key is used in, for example `us-central1`. */
  readonly region: string;

  /** The APIs and agents of the project: the agents are who may use the key. */
  readonly services: ProjectServices;

  /**
   * Refuse to plan the key's end.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * One Cloud KMS key, rotated every 90 days, that everything of an environment is encrypted with.
 *
 * A destroyed key can be brought back for 30 days, whatever `deletionProtection` says: that window cannot be changed later.
 */
export class Encryption extends Construct implements IEncryption {
  /**
   * Use a key that exists already. No grants are made: the service agents of the project must hold
   * `roles/cloudkms.cryptoKeyEncrypterDecrypter` on it.
   *
   * @param keyId whole id of the key, in the environment's region
   */
  public static fromKeyId(keyId: string): IEncryption {
    const id = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;
    const allowed = "projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>";
    checkPattern("keyId", keyId, id, allowed, "leave the version away");
    return { keyId, ready: [] };
  }

  public readonly keyId: string;
  public readonly ready: ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkRegion(props.region);
    const { services } = props;
    // Rings are never deleted: a fixed name would fail the second deployment.
    const ring = new KmsKeyRing(this, "ring", {
      project: props.project,
      name: `${props.name}-${Suffix.of(this)}`,
      location: props.region,
      dependsOn: services.ready,
    });
    const key = new KmsCryptoKey(this, "Resource", {
      name: props.name,
      keyRing: ring.id,
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: days(90),
      // Immutable: were it to follow deletionProtection, turning that off would replace the key under all data.
      destroyScheduledDuration: days(30),
      versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" },
      lifecycle: { preventDestroy: props.deletionProtection ?? true },
    });
    const grants = Object.entries(services.keyUsers).map(
      ([service, member]) =>
        new KmsCryptoKeyIamMember(this, service, {
          cryptoKeyId: key.id,
          role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
          member,
          dependsOn: services.agentsReady,
        }),
    );
    this.keyId = key.id;
    this.ready = [
      new TimeSleep(this, "granted", { createDuration: "60s", triggers: { key: key.id }, dependsOn: grants }),
    ];
  }
}

function days(count: number): string {
  return `${count * 24 * 3600}s`;
}

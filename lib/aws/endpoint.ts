import { InferenceSettings } from "../core/inference-settings";
import { Machine } from "../core/machine";
import { Account } from "./account";
import { ContainerImage } from "./container-image";
import { IEncryption } from "./encryption";
import { allow, Statement } from "./iam";
import { LogGroup } from "./log-group";
import { metricsNamespace } from "./metrics";
import { IStorage } from "./storage";

/** What every kind of endpoint is made from. */
export interface EndpointProps {
  readonly name: string;
  readonly region: string;
  readonly storage: IStorage;
  readonly encryption: IEncryption;
  readonly settings: InferenceSettings;
  readonly machine: Machine;
  readonly image: ContainerImage;
  readonly logs: LogGroup;
  readonly privateNetwork: boolean;
  /** The bearer key; unset when there is none. */
  readonly key?: ApiKey;
}

export interface ApiKey {
  /** ARN of the secret, known once it has a value. */
  readonly arn: string;
  /** The key itself, for what cannot read it from the secret. */
  readonly value: string;
}

/** The variables of the container, the same on every kind of endpoint. */
export function serveVariables({ name, storage, settings }: EndpointProps): { [name: string]: string } {
  return {
    ML_CLOUD: "aws",
    ML_ROLE: "serve",
    ML_MODEL_URI: `s3://${storage.modelsBucket}/models/${name}`,
    ML_METRICS_NAMESPACE: metricsNamespace(name),
    // A driver that does not fit must fail, not answer from the CPU at the price of a GPU.
    ...(settings.hasGpu ? { ML_DEVICE: "cuda" } : {}),
    ...(settings.modelVersion === undefined ? {} : { ML_MODEL_VERSION: settings.modelVersion }),
  };
}

/** What the container may do: read published models. */
export function serveStatements(account: Account, { storage, encryption }: EndpointProps): Statement[] {
  return [
    {
      ...allow("List", ["s3:ListBucket"], account.bucketArn(storage.modelsBucket)),
      Condition: { StringLike: { "s3:prefix": ["models/*"] } },
    },
    allow("Models", ["s3:GetObject"], account.bucketArn(storage.modelsBucket, "models/*")),
    allow("Key", ["kms:Decrypt"], encryption.keyArn),
  ];
}
